using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The steps of work: each is one of the two who take part's to take, under the order's lock.</summary>
internal sealed class MoveService(OrdersDb db, UnitOfWork work, IWallet wallet, SellerDesk desk, TimeProvider clock)
{
    /// <param name="Answers">One a question, in their order.</param>
    public sealed record Requirements(IReadOnlyList<string> Answers);

    /// <param name="Note">For the other side.</param>
    public sealed record Message(string Note);

    public sealed class RequirementsValidator : AbstractValidator<Requirements>
    {
        public RequirementsValidator() => RuleFor(r => r.Answers).NotNull().Must(a => a is null || a.All(l => !string.IsNullOrWhiteSpace(l) && l.Length <= 2000 && Words.AreSound(l)))
            .WithErrorCode("answers").WithMessage("Answer each question in at most 2,000 characters.");
    }

    public sealed class MessageValidator : AbstractValidator<Message>
    {
        public MessageValidator() => RuleFor(r => r.Note).Must(n => Words.Text(n ?? "").Length > 0).WithErrorCode("not_empty").WithMessage("Write a line about it.").MaximumLength(ServiceOrder.NoteLength).Sound();
    }

    /// <exception cref="Refused">404; 409 <c>service_state</c>.</exception>
    public async Task<ServiceReply> Answer(Guid id, Requirements request, Caller caller)
    {
        var (order, item, service) = await Of(id, caller, "buyer");
        service.Answer(request.Answers, clock.GetUtcNow());
        return ServiceReply.Of(service, item, order.Currency, "buyer");
    }

    /// <inheritdoc cref="Answer"/>
    public async Task<ServiceReply> Deliver(Guid id, Message request, Caller caller)
    {
        var (order, item, service) = await Of(id, caller, "seller");
        var now = clock.GetUtcNow();
        if (service.Deliver(request.Note, caller.Account, now))
        {
            // Its files can be fetched from now on; that it is received, its buyer says.
            order.MakeAvailable(item, now, null);
            await wallet.HoldEvent(item.Id, SaleEvent.Delivered, now);
        }

        return ServiceReply.Of(service, item, order.Currency, "seller");
    }

    /// <exception cref="Refused">404; 409 <c>service_state</c>, <c>no_revisions_left</c>.</exception>
    public async Task<ServiceReply> AskRevision(Guid id, Message request, Caller caller)
    {
        var (order, item, service) = await Of(id, caller, "buyer");
        service.AskRevision(request.Note, clock.GetUtcNow());
        return ServiceReply.Of(service, item, order.Currency, "buyer");
    }

    /// <inheritdoc cref="Answer"/>
    public async Task<ServiceReply> Accept(Guid id, Caller caller)
    {
        var (order, item, service) = await Of(id, caller, "buyer");
        await Complete(order, item, service, caller.Account);
        return ServiceReply.Of(service, item, order.Currency, "buyer");
    }

    /// <summary>The buyer has said nothing for long enough.</summary>
    public async Task AcceptSilently(Guid id, DateTimeOffset now)
    {
        if (await Find(id) is not var (order, item, service) || service is not { State: ServiceState.Delivered } || service.DeliveredAt > now - ServiceOrder.Silence || await db.Claims.AnyAsync(c => c.ItemId == id && c.State == ClaimState.Open)) return;
        await Complete(order, item, service, null);
    }

    /// <summary>A file for the buyer: theirs with the next delivery.</summary>
    /// <exception cref="Refused">404; 409 <c>service_state</c>, <c>too_many_files</c>.</exception>
    public async Task<ServiceReply> AddFile(Guid id, Blob blob, string name, Caller caller)
    {
        var (order, item, service) = await Of(id, caller, "seller");
        service.MustBeAtWork();
        if (item.Files.Count >= 20) throw new Refused("too_many_files", 409, "An order has at most 20 files.");
        if (!item.Files.Exists(f => f.Sha256.AsSpan().SequenceEqual(blob.Sha256))) item.Files.Add(new OrderFile(item.Id, blob, name, clock));
        return ServiceReply.Of(service, item, order.Currency, "seller");
    }

    private async Task Complete(Order order, OrderItem item, ServiceOrder service, Guid? by)
    {
        var now = clock.GetUtcNow();
        service.Accept(by, now);
        order.Complete(item, now, null);
        await wallet.HoldEvent(item.Id, SaleEvent.Accepted, now);
        work.Publish(new LineCompleted(order.Id, item.Id, item.Product, item.Buyer, item.Seller));
    }

    // Who takes part and is not the one whose step this is finds it, and is told so; others find nothing.
    private async Task<(Order Order, OrderItem Item, ServiceOrder Service)> Of(Guid id, Caller caller, string whose)
    {
        if (await Find(id) is not var (order, item, service)) throw Refused.NotFound();
        var role = service.Buyer == caller.Account ? "buyer" : await desk.May(caller, item, ShopPermission.Orders) ? "seller" : throw Refused.NotFound();
        if (whose != role) throw new Refused("not_yours_to_do", 403, "This is for the other side to do.");
        return (order, item, service);
    }

    private async Task<(Order Order, OrderItem Item, ServiceOrder Service)?> Find(Guid id)
    {
        if (await db.Services.AsNoTracking().Where(s => s.ItemId == id).Select(s => (Guid?)s.OrderId).SingleOrDefaultAsync() is not { } order || await db.Locked(order) is not { } locked) return null;
        var item = locked.Items.Single(i => i.Id == id);
        await db.Entry(item).Collection(i => i.Files).LoadAsync();
        return (locked, item, await db.Services.Include(s => s.Events).SingleAsync(s => s.ItemId == id));
    }
}

/// <summary>Who says nothing for three days after a delivery has accepted it. What a claim is about waits for its end.</summary>
internal sealed class AcceptSilent(OrdersDb db, MoveService move, Writes writes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await db.Services.AsNoTracking().Where(s => s.State == ServiceState.Delivered && s.DeliveredAt <= now - ServiceOrder.Silence && !db.Claims.Any(c => c.ItemId == s.ItemId && c.State == ClaimState.Open)).Select(s => s.ItemId).Take(500).ToListAsync(stop);
        foreach (var id in due)
        {
            await writes.Run(() =>
            {
                db.ChangeTracker.Clear();
                return move.AcceptSilently(id, now);
            });
        }
    }
}
