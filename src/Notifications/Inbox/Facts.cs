using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>What words are made of: ids, amounts and numbers. What a type does not need is not there.</summary>
internal sealed record Facts
{
    // Rows outlive members: what is no longer known is passed over.
    private static readonly JsonSerializerOptions Style = new(JsonStyle.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <summary>An order's number.</summary>
    public long? Number { get; init; }

    public Guid? Order { get; init; }

    public Money? Amount { get; init; }

    /// <summary>What of the amount went to a debt.</summary>
    public Money? Repaid { get; init; }

    /// <summary>What it was for: <c>order</c>, <c>top_up</c>; or what has changed: <c>passkey_added</c>.</summary>
    public string? Purpose { get; init; }

    public Guid? Product { get; init; }

    /// <summary>A line is refunded to its last cent.</summary>
    public bool? Whole { get; init; }

    /// <summary>A skill or genre that somebody proposed.</summary>
    public Guid? FieldRequest { get; init; }

    /// <summary>A search that somebody saved; <see cref="Count"/> says how many are new.</summary>
    public Guid? SavedSearch { get; init; }

    /// <summary>A reminder of a cart; the token of its link is not here.</summary>
    public Guid? CartReminder { get; init; }

    public IReadOnlyList<FactLine>? Lines { get; init; }

    /// <summary>A link to choose a password by; its token is not here.</summary>
    public Guid? PasswordLink { get; init; }

    /// <summary>True: the account was made without a password.</summary>
    public bool? First { get; init; }

    /// <summary>Another link to be followed once; its token is not here.</summary>
    public Guid? MailedLink { get; init; }

    /// <summary>"Firefox, Linux".</summary>
    public string? Device { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of the account: why is asked when the mail is written.</summary>
    public Guid? Sanction { get; init; }

    /// <summary>Of a shop's team.</summary>
    public Guid? Invitation { get; init; }

    public Guid? Shop { get; init; }

    /// <summary>A person's or a shop's, while words are made; never kept.</summary>
    [JsonIgnore]
    public string? Name { get; init; }

    /// <summary>What was reported: <c>product</c>, <c>account</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>How a report was judged (<c>upheld</c>, <c>rejected</c>), or where a dispute stands (<c>opened</c>, <c>won</c>, <c>lost</c>).</summary>
    public string? Verdict { get; init; }

    /// <summary>How many false reports there are, this one included.</summary>
    public int? Strikes { get; init; }

    /// <summary>Of payments: <c>sandbox</c>.</summary>
    public string? Provider { get; init; }

    /// <summary>How many there are.</summary>
    public int? Count { get; init; }

    /// <summary>Until when something holds; a day is enough.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What staff wrote to the person, while a mail is written; never kept.</summary>
    [JsonIgnore]
    public string? Reason { get; init; }

    public static Facts Of(JsonElement data) => data.Deserialize<Facts>(Style) ?? new Facts();

    [JsonIgnore]
    public string Json => JsonSerializer.Serialize(this, Style);

    [JsonIgnore]
    public IEnumerable<Guid> Products => (Lines ?? []).Select(l => l.Product).Concat(Product is { } one ? [one] : []);
}

internal sealed record FactLine(Guid Product, Money Amount);
