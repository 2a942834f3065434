using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What a moderator decided about one version of a product. Never changed.</summary>
internal sealed class Verdict
{
    public const int NoteLength = 2000;

    private Verdict()
    {
    }

    public Verdict(Guid id, Product product, Guid moderator, VerdictKind kind, string note, DateTimeOffset now)
    {
        Id = id;
        ProductId = product.Id;
        ModeratorId = moderator;
        Kind = kind;
        Note = Words.Text(note);
        Version = product.Version;
        GivenAt = now;
    }

    public Guid Id { get; private set; }

    public Guid ProductId { get; private set; }

    public Guid ModeratorId { get; private set; }

    public VerdictKind Kind { get; private set; }

    /// <summary>For the seller.</summary>
    public string Note { get; private set; } = "";

    /// <summary>The product's version that was judged.</summary>
    public int Version { get; private set; }

    public DateTimeOffset GivenAt { get; private set; }
}

internal enum VerdictKind
{
    Approved,
    Rejected,
}
