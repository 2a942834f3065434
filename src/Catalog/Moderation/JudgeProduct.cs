using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>A moderator lets what waits for review go on sale, or sends it back and says why. One verdict a version, nobody on their own.</summary>
internal static class JudgeProduct
{
    public sealed record Approval(string? Note = null);

    public sealed record Rejection(string Note);

    /// <param name="Product">Id.</param>
    public sealed record Reply(Guid Product, ProductState State, int Version, VerdictKind Verdict, string Note, DateTimeOffset At);

    public sealed class ApprovalValidator : AbstractValidator<Approval>
    {
        public ApprovalValidator() => RuleFor(r => r.Note).MaximumLength(Verdict.NoteLength).Sound();
    }

    public sealed class RejectionValidator : AbstractValidator<Rejection>
    {
        public RejectionValidator() => RuleFor(r => r.Note).Must(n => Words.Text(n).Length > 0).WithErrorCode("not_empty").WithMessage("Say what the seller should change.")
            .MaximumLength(Verdict.NoteLength).Sound();
    }

    /// <param name="expected">The version that the moderator saw; null trusts that it is the one.</param>
    /// <exception cref="Refused">404; 403 <c>own_product</c>; 409 <c>not_pending</c>; 412 <c>stale</c>.</exception>
    public static Task<Reply> Approve(Guid id, Approval request, int? expected, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, IAudit audit, TimeProvider clock) =>
        Handle(id, VerdictKind.Approved, request.Note ?? "", expected, caller, db, work, audit, clock, (product, shop, now) => product.Approve(kinds[product.Kind], shop, now));

    /// <inheritdoc cref="Approve"/>
    public static Task<Reply> Reject(Guid id, Rejection request, int? expected, Caller caller, CatalogDb db, UnitOfWork work, IAudit audit, TimeProvider clock) =>
        Handle(id, VerdictKind.Rejected, request.Note, expected, caller, db, work, audit, clock, (product, _, _) => product.SendBack());

    private static async Task<Reply> Handle(
        Guid id, VerdictKind kind, string note, int? expected, Caller caller, CatalogDb db, UnitOfWork work, IAudit audit, TimeProvider clock, Action<Product, Shop, DateTimeOffset> apply)
    {
        var product = await db.Locked(id) ?? throw Refused.NotFound();
        var shop = await db.Shop(product.ShopId) ?? throw Refused.NotFound();
        if (await db.WorksIn(shop.Id, caller.Account)) throw new Refused("own_product", 403, "Nobody decides about their own product.");
        if (product.State != ProductState.Pending) throw new Refused("not_pending", 409, "This product does not wait for a review.");
        if (expected is { } seen) Versions.MustBe(seen, product.Version);

        var now = clock.GetUtcNow();
        var verdict = new Verdict(Ids.New(clock), product, caller.Account, kind, note, now);
        db.Add(verdict);
        apply(product, shop, now);
        work.Publish(kind == VerdictKind.Approved
            ? new ProductApproved(product.Id, shop.Id, shop.OwnerId)
            : new ProductRejected(product.Id, shop.Id, shop.OwnerId));
        await audit.Write(caller, kind == VerdictKind.Approved ? "catalog.product_approved" : "catalog.product_rejected", "product", product.Id, new { verdict = verdict.Id, version = verdict.Version });
        return new Reply(product.Id, product.State, product.Version, kind, verdict.Note, now);
    }
}
