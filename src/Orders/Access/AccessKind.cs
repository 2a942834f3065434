namespace Marketplace.Orders;

/// <summary>What a purchase may open.</summary>
public enum AccessKind
{
    /// <summary>Belonging: the target is the membership that was bought.</summary>
    Membership,
    Community,

    /// <summary>The target is the course, a product.</summary>
    Course,
    Channel,
    Module,

    /// <summary>What somebody sells at: the target is the tier's name.</summary>
    SellerTier,

    /// <summary>Files: the target is a product that has them.</summary>
    Download,

    /// <summary>The target is the webinar, a product.</summary>
    WebinarSeat,
}

/// <summary>Something that a purchase may open, as its module shows it.</summary>
/// <param name="Target">An id in its usual form, or a name.</param>
/// <param name="Title">For people; a name that is translated is English.</param>
/// <param name="Url">Local path; null when it has no page.</param>
internal sealed record AccessTarget(string Target, string Title, string? Url);

/// <summary>
/// What of one kind there is to open; the module that shows it registers one. A kind that nobody registers cannot be promised to buyers:
/// only its module knows whose it is.
/// </summary>
internal interface IAccessTargets
{
    AccessKind Kind { get; }

    /// <summary>What the products of a shop may open, by title. Whatever is another's is not in it.</summary>
    Task<IReadOnlyList<AccessTarget>> Of(Catalog.ShopLine shop, CancellationToken stop = default);

    /// <summary>Those of the targets that there are.</summary>
    Task<IReadOnlyDictionary<string, AccessTarget>> Find(IReadOnlyCollection<string> targets, CancellationToken stop = default);
}
