using Marketplace.Kernel;
using Marketplace.Orders;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>The shop hears that somebody wants money back, and by when to answer.</summary>
internal sealed class OnRefundAsked(Tell tell) : IReaction<RefundAsked>
{
    public Task Handle(RefundAsked happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Seller, NoticeType.RefundAsked, happened.Refund.ToString(), new Facts { Number = happened.Number, Product = happened.Product, Amount = happened.Amount, Until = happened.AnswerDue }, $"/refund-requests/{happened.Refund}") { Subject = ("order", happened.Order) });
}

/// <summary>The buyer hears that they do not get it; of a yes the refund tells.</summary>
internal sealed class OnRefundRejected(Tell tell) : IReaction<RefundRejected>
{
    public Task Handle(RefundRejected happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Buyer, NoticeType.RefundRejected, happened.Refund.ToString(), new Facts { Number = happened.Number, Product = happened.Product, Amount = happened.Amount }, $"/refund-requests/{happened.Refund}") { Subject = ("order", happened.Order) });
}

/// <summary>Support hears of what a shop left unanswered.</summary>
internal sealed class OnRefundEscalated(Tell tell, IUsers users) : IReaction<RefundEscalated>
{
    public async Task Handle(RefundEscalated happened, CancellationToken stop) => await tell.Handle((await users.WithRight(Rights.Support, stop)).Select(staff => new Notice(
        staff, NoticeType.RequestWaits, happened.Refund.ToString(), new Facts { Number = happened.Number, Product = happened.Product, Purpose = "refund" }, $"/refund-requests/{happened.Refund}") { Subject = ("order", happened.Order) }).ToList());
}

/// <summary>Both sides hear that something is late: one that they may cancel it, the other that it is high time.</summary>
internal sealed class OnLineLate(Tell tell) : IReaction<LineLate>
{
    public Task Handle(LineLate happened, CancellationToken stop)
    {
        var (cause, subject) = ($"{happened.Item} {happened.Due.ToUniversalTime():O}", ("order", happened.Order));
        var facts = new Facts { Number = happened.Number, Product = happened.Product, Until = happened.Due };
        return tell.Handle(
            new Notice(happened.Buyer, NoticeType.LineLate, cause, facts with { Purpose = "buyer" }, $"/orders/{happened.Order}/help/{happened.Item}") { Subject = subject },
            new Notice(happened.Seller, NoticeType.LineLate, cause, facts with { Purpose = happened.Work ? "work" : "parcel" }, happened.Work ? $"/services/{happened.Item}" : "/sell/parcels") { Subject = subject });
    }
}

/// <summary>The buyer of work is reminded of what it waits for.</summary>
internal sealed class OnWorkAwaitsBuyer(Tell tell) : IReaction<WorkAwaitsBuyer>
{
    public Task Handle(WorkAwaitsBuyer happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Buyer, NoticeType.WorkWaits, $"{happened.Item} {happened.Until.ToUniversalTime():O} {happened.Count}",
        new Facts { Product = happened.Product, Until = happened.Until, Purpose = happened.Delivered ? "delivered" : "questions" }, $"/services/{happened.Item}") { Subject = ("order", happened.Order) });
}

internal sealed class OnParcelShipped(Tell tell) : IReaction<ParcelShipped>
{
    public Task Handle(ParcelShipped happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Buyer, NoticeType.ParcelShipped, happened.Item.ToString(), new Facts { Number = happened.Number, Product = happened.Product }, $"/orders/{happened.Order}#{happened.Item}") { Subject = ("order", happened.Order) });
}

/// <summary>The seller hears that it has arrived; the buyer too, where they did not say so themselves.</summary>
internal sealed class OnParcelDelivered(Tell tell) : IReaction<ParcelDelivered>
{
    public Task Handle(ParcelDelivered happened, CancellationToken stop)
    {
        var (cause, subject) = (happened.Item.ToString(), ("order", happened.Order));
        var facts = new Facts { Number = happened.Number, Product = happened.Product };
        List<Notice> notices = [new(happened.Seller, NoticeType.ParcelDelivered, cause, facts with { Purpose = "seller" }, "/sell/orders") { Subject = subject }];
        if (!happened.Said) notices.Add(new(happened.Buyer, NoticeType.ParcelDelivered, cause, facts with { Purpose = "buyer" }, $"/orders/{happened.Order}#{happened.Item}") { Subject = subject });
        return tell.Handle(notices);
    }
}

/// <summary>A payment came when it could buy nothing any more.</summary>
internal sealed class OnOrderMoneyReturned(Tell tell) : IReaction<OrderMoneyReturned>
{
    public Task Handle(OrderMoneyReturned happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Buyer, NoticeType.MoneyReturned, happened.Order.ToString(), new Facts { Number = happened.Number, Amount = happened.Amount }, $"/orders/{happened.Order}") { Subject = ("order", happened.Order) });
}

/// <summary>The shop hears of a claim, and by when to answer.</summary>
internal sealed class OnClaimOpened(Tell tell) : IReaction<ClaimOpened>
{
    public Task Handle(ClaimOpened happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Seller, NoticeType.ClaimOpened, happened.Claim.ToString(), new Facts { Number = happened.Number, Product = happened.Product, Until = happened.AnswerDue }, $"/claims/{happened.Claim}") { Subject = ("order", happened.Order) });
}

/// <summary>Those hear of a word in a claim who did not say it; support of the seller's first, for from then on it is theirs to decide.</summary>
internal sealed class OnClaimAnswered(Tell tell, IUsers users) : IReaction<ClaimAnswered>
{
    public async Task Handle(ClaimAnswered happened, CancellationToken stop)
    {
        var (link, subject) = ($"/claims/{happened.Claim}", ("order", happened.Order));
        var facts = new Facts { Number = happened.Number, Product = happened.Product };
        var notices = new List<Notice>();
        if (happened.Side != "buyer") notices.Add(new(happened.Buyer, NoticeType.ClaimAnswered, happened.Message.ToString(), facts, link) { Subject = subject });
        if (happened.Side != "seller") notices.Add(new(happened.Seller, NoticeType.ClaimAnswered, happened.Message.ToString(), facts, link) { Subject = subject });
        if (happened.First)
        {
            notices.AddRange((await users.WithRight(Rights.Support, stop)).Where(staff => staff != happened.Buyer && staff != happened.Seller)
                .Select(staff => new Notice(staff, NoticeType.RequestWaits, happened.Claim.ToString(), facts with { Purpose = "claim" }, link) { Subject = subject }));
        }

        await tell.Handle(notices);
    }
}

internal sealed class OnClaimDecided(Tell tell) : IReaction<ClaimDecided>
{
    public Task Handle(ClaimDecided happened, CancellationToken stop)
    {
        var (cause, link, subject) = (happened.Claim.ToString(), $"/claims/{happened.Claim}", ("order", happened.Order));
        var facts = new Facts { Number = happened.Number, Product = happened.Product, Amount = happened.Refunded, Verdict = happened.Upheld ? "upheld" : "rejected" };
        return tell.Handle(
            new Notice(happened.Buyer, NoticeType.ClaimDecided, cause, facts with { Purpose = "buyer" }, link) { Subject = subject },
            new Notice(happened.Seller, NoticeType.ClaimDecided, cause, facts with { Purpose = "seller" }, link) { Subject = subject });
    }
}
