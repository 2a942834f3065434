using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

internal enum ChangeState
{
    Open,
    Approved,
    Rejected,

    /// <summary>By its seller, who took it back or proposed another.</summary>
    Withdrawn,
}

/// <summary>A change of a product that waits for a moderator. What it proposes is never changed: who wants something else proposes anew.</summary>
internal sealed class ProductChange
{
    private ProductChange()
    {
    }

    public ProductChange(Product product, ChangeProposal proposal, TimeProvider clock)
    {
        (Id, ProductId, BaseVersion, Proposal, ProposedAt) = (Ids.New(clock), product.Id, product.Version, proposal.Write(), clock.GetUtcNow());
    }

    public Guid Id { get; private set; }

    public Guid ProductId { get; private set; }

    /// <summary>The product's version that it was made from.</summary>
    public int BaseVersion { get; private set; }

    public JsonElement Proposal { get; private set; }

    public ChangeState State { get; private set; }

    public DateTimeOffset ProposedAt { get; private set; }

    public Guid? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>For the seller.</summary>
    public string Note { get; private set; } = "";

    public void Decide(ChangeState state, Guid? moderator, string note, DateTimeOffset now) => (State, DecidedBy, Note, DecidedAt) = (state, moderator, Words.Text(note), now);
}
