using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Another way to pay the next periods: the wallet, or one that is saved. What is open is tried again with it at once.</summary>
internal sealed class ChangeWayToPay(Writes writes, OrdersDb db, IWallet wallet, ChargeRenewal charge, TimeProvider clock)
{
    /// <param name="PaymentMethod"><c>wallet</c>, or the key of a way that was saved.</param>
    /// <param name="PaymentToken">Token of a saved way to pay.</param>
    public sealed record Request(string PaymentMethod, string? PaymentToken = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.PaymentMethod).NotEmpty().MaximumLength(40);
            RuleFor(r => r.PaymentToken).MaximumLength(200);
        }
    }

    /// <exception cref="Refused">404; 409 <c>subscription_state</c>; 422 <c>payment_method_gone</c>.</exception>
    public async Task<SubscriptionReply> Handle(Guid id, Request request, Caller caller, CancellationToken stop)
    {
        var open = await writes.Run(() => Choose(id, request, caller, stop));
        if (open is { } unpaid) await charge.Try(unpaid, clock.GetUtcNow(), present: true, stop);
        return await ReadSubscription.Handle(id, caller, db, stop);
    }

    /// <returns>The charge that is to be tried again now.</returns>
    private async Task<Guid?> Choose(Guid id, Request request, Caller caller, CancellationToken stop)
    {
        var subscription = await CancelSubscription.Own(id, caller, db);
        if (subscription.HasEnded) throw Subscription.WrongState();
        if (request.PaymentMethod == PaymentMethod.Wallet) subscription.PayFromWallet();
        else subscription.PayBy((await wallet.SavedMethods(caller.Account, stop)).FirstOrDefault(s => s.Token == request.PaymentToken && s.Method == request.PaymentMethod && s.Usable) ?? throw SubscriptionOrders.Gone());
        var open = await db.SubscriptionCharges.SingleOrDefaultAsync(c => c.SubscriptionId == id && c.Kind == ChargeKind.Renewal && c.State == ChargeState.Open, stop);
        open?.TryAt(clock.GetUtcNow());
        return open?.Id;
    }
}
