namespace Marketplace.Orders;

/// <summary>What other modules may ask of Orders.</summary>
public interface IOrders
{
    /// <summary>
    /// For the mail about an order: the local path of its receipt, which opens without signing in and holds no files. Unguessable; the
    /// same each time it is asked. Null when there is no such order.
    /// </summary>
    Task<string?> ReceiptPath(Guid order, CancellationToken stop = default);

    /// <summary>The products to which somebody has access by what they bought: memberships, courses, seats of webinars.</summary>
    Task<IReadOnlySet<Guid>> AccessOf(Guid account, CancellationToken stop = default);
}
