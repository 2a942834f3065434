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

    /// <summary>Whether a purchase of theirs opens this to somebody just now. One look-up by key; joins the transaction when one is open.</summary>
    /// <param name="target">An id in its usual form (<c>Guid.ToString()</c>), or a tier's name.</param>
    Task<bool> HasAccess(Guid account, AccessKind kind, string target, CancellationToken stop = default);

    /// <summary>For the mail that <see cref="CartLeft"/> asks for: the local path that puts the cart back. Null when there is nothing of it to buy any more, or it was bought.</summary>
    Task<string?> OpenCartReminder(Guid reminder, byte[] sealedToken, CancellationToken stop = default);
}
