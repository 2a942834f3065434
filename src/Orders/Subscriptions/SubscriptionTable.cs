using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Orders;

internal static class SubscriptionTable
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<Subscription>(subscription =>
        {
            subscription.ToTable("subscriptions");
            subscription.Property(s => s.Id).ValueGeneratedNever();
            subscription.Property(s => s.ProductDetails).HasColumnType("jsonb");
            Json(subscription.Property(s => s.Plan));
            subscription.Property(s => s.NextPlan).HasColumnType("jsonb")
                .HasConversion(p => JsonSerializer.Serialize(p, JsonStyle.Options), json => JsonSerializer.Deserialize<AgreedPlan>(json, JsonStyle.Options));
            subscription.HasOne<OrderItem>().WithOne(i => i.Subscription).HasForeignKey<Subscription>(s => s.FirstItem);
            subscription.HasMany(s => s.Charges).WithOne().HasForeignKey(c => c.SubscriptionId);
            foreach (var told in new[] { nameof(Subscription.HasEnded), nameof(Subscription.Runs), nameof(Subscription.Coming), nameof(Subscription.Continues), nameof(Subscription.IsComplete) }) subscription.Ignore(told);
        });
        model.Entity<SubscriptionCharge>(charge =>
        {
            charge.ToTable("subscription_charges");
            charge.Property(c => c.Id).ValueGeneratedNever();
            charge.Ignore(c => c.Sum);
            Json(charge.Property(c => c.Plan));
            charge.HasOne<Order>().WithMany().HasForeignKey(c => c.OrderId);
            charge.HasOne<OrderItem>().WithMany().HasForeignKey(c => c.ItemId);
        });
    }

    private static void Json(PropertyBuilder<AgreedPlan> plan) => plan.HasColumnType("jsonb")
        .HasConversion(p => JsonSerializer.Serialize(p, JsonStyle.Options), json => JsonSerializer.Deserialize<AgreedPlan>(json, JsonStyle.Options)!);
}
