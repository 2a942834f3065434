using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What is reviewed. The first three are products, by how they reach their buyer; a profile is a person.</summary>
internal enum ReviewSubjectKind
{
    Product,
    Service,
    Webinar,
    Profile,
}

internal enum ReviewState
{
    Visible,

    /// <summary>Staff took it down: nobody sees it, and it counts no more.</summary>
    Hidden,

    /// <summary>Somebody has reported it, or staff is not sure: it stands and counts until that is decided.</summary>
    Flagged,
}

/// <summary>
/// What one side of a completed line says of the other, once: stars and words, changed within 30 days, answered once. Only what everybody
/// sees counts: not what staff has hidden, not what was refunded, and of a service not before both have written, or seven days.
/// </summary>
internal sealed class Review
{
    public const int TextLength = 4000, ReasonLength = 500;
    public static readonly TimeSpan Changeable = TimeSpan.FromDays(30), Blindness = TimeSpan.FromDays(7);

    private Review()
    {
    }

    public Guid Id { get; private set; }

    public Guid LineId { get; private set; }

    public ReviewSubjectKind SubjectKind { get; private set; }

    /// <summary>A product; of a profile the account.</summary>
    public Guid SubjectId { get; private set; }

    /// <summary>Of the product; a profile has none.</summary>
    public Guid? ShopId { get; private set; }

    public Guid AuthorId { get; private set; }

    /// <summary>Who is spoken of, and may answer.</summary>
    public Guid OwnerId { get; private set; }

    public int Stars { get; private set; }

    public string Text { get; private set; } = "";

    public ReviewState State { get; private set; }

    /// <summary>Why staff hid or flagged it; its author reads it.</summary>
    public string? StateReason { get; private set; }

    public DateTimeOffset? RefundedAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? EditedAt { get; private set; }

    /// <summary>Until when the other side's silence keeps it unseen; null: it was never so.</summary>
    public DateTimeOffset? BlindUntil { get; private set; }

    public DateTimeOffset? RevealedAt { get; private set; }

    public string? Reply { get; private set; }

    public DateTimeOffset? RepliedAt { get; private set; }

    public DateTimeOffset? ReplyEditedAt { get; private set; }

    public int HelpfulCount { get; private set; }

    /// <summary>Everybody sees it, and it counts.</summary>
    public bool IsShown => State != ReviewState.Hidden && RefundedAt is null && RevealedAt is not null;

    /// <summary>What it adds to the average; null: nothing.</summary>
    public int? Counted => IsShown ? Stars : null;

    public bool MayChange(DateTimeOffset now) => State != ReviewState.Hidden && RefundedAt is null && now - CreatedAt <= Changeable;

    internal static Review Write(Guid id, ReviewRight right, ReviewSubjectKind about, Guid author, int stars, string text, DateTimeOffset now)
    {
        var other = author == right.BuyerId ? right.SellerId : right.BuyerId;
        var profile = about == ReviewSubjectKind.Profile;
        return new Review
        {
            Id = id, LineId = right.LineId, SubjectKind = about, SubjectId = profile ? other : right.ProductId, ShopId = profile ? null : right.ShopId, AuthorId = author, OwnerId = other,
            Stars = stars, Text = Words.Text(text), State = ReviewState.Visible, CreatedAt = now,
            BlindUntil = right.IsBlind ? now + Blindness : null, RevealedAt = right.IsBlind ? null : now,
        };
    }

    /// <exception cref="Refused">409 <c>review_closed</c>.</exception>
    public void Change(int stars, string text, DateTimeOffset now)
    {
        if (!MayChange(now)) throw new Refused("review_closed", 409, "This review can no longer be changed: 30 days have passed, or it was taken down.");
        if (stars == Stars && Words.Text(text) == Text) return;
        (Stars, Text, EditedAt) = (stars, Words.Text(text), now);
    }

    /// <returns>Whether it is the first answer.</returns>
    public bool Answer(string text, DateTimeOffset now)
    {
        var first = Reply is null;
        if (!first && Words.Text(text) == Reply) return false;
        if (first) RepliedAt = now;
        else ReplyEditedAt = now;
        Reply = Words.Text(text);
        return first;
    }

    public void Reveal(DateTimeOffset now) => RevealedAt ??= now;

    public void Refund(DateTimeOffset now) => RefundedAt ??= now;

    public void Vote(int more) => HelpfulCount += more;

    /// <summary>Somebody has reported it.</summary>
    public void Flag()
    {
        if (State == ReviewState.Visible) State = ReviewState.Flagged;
    }

    /// <returns>Whether that is news.</returns>
    public bool Judge(ReviewState state, string? reason)
    {
        var said = Words.Text(reason ?? "");
        var news = State != state || (StateReason ?? "") != said;
        (State, StateReason) = (state, said.Length == 0 ? null : said);
        return news;
    }
}
