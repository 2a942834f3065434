using System.Globalization;
using System.Security.Claims;

namespace Marketplace.Kernel;

/// <summary>
/// Who asks. A use case receives it as an argument and never looks at HTTP, so that pages, the API, jobs and the demo are alike.
/// Rights are what staff may do; capabilities are what the account may do in the market (can_buy, can_sell …).
/// </summary>
public sealed class Caller
{
    public const string SessionClaim = "sid", RightClaim = "right", CapabilityClaim = "cap", NameClaim = "name",
        ProvedClaim = "proved", ImpersonatorClaim = "impersonator", KeyClaim = "key", ScopeClaim = "scope", TierClaim = "tier";

    /// <summary>How long a password, code or passkey that was just given counts as fresh.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    private readonly Guid? account;
    private readonly HashSet<string> rights, capabilities;

    private Caller(Guid? account, Guid? session, string? name, IEnumerable<string> rights, IEnumerable<string> capabilities)
    {
        this.account = account;
        Session = session;
        Name = name;
        this.rights = rights.ToHashSet(StringComparer.Ordinal);
        this.capabilities = capabilities.ToHashSet(StringComparer.Ordinal);
    }

    public static Caller Anonymous { get; } = new(null, null, null, [], []);

    /// <summary>The market itself, in a job or a reaction.</summary>
    public static Caller System { get; } = new(null, null, "system", [], []);

    public bool IsSignedIn => account is not null;

    /// <exception cref="Refused">401 when nobody is signed in.</exception>
    public Guid Account => account ?? throw Refused.SignInFirst();

    public Guid? AccountOrNull => account;

    public Guid? Session { get; }

    /// <summary>Display name.</summary>
    public string? Name { get; }

    /// <summary>When the person last proved to be themselves in this session; null for keys and for the market itself.</summary>
    public DateTimeOffset? ProvedAt { get; private init; }

    /// <summary>The member of staff who looks through the account's eyes; null nearly always.</summary>
    public Guid? Impersonator { get; private init; }

    /// <summary>The API key that asks; null for a session.</summary>
    public Guid? Key { get; private init; }

    /// <summary>What the key may be used for; empty for a session, which may do whatever its account may.</summary>
    public IReadOnlySet<string> Scopes { get; private init; } = new HashSet<string>();

    public static Caller For(Guid account, IEnumerable<string>? rights = null, IEnumerable<string>? capabilities = null) =>
        new(account, null, null, rights ?? [], capabilities ?? []);

    public static Caller From(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true } || !Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
            return Anonymous;

        return new Caller(
            id,
            Guid.TryParse(user.FindFirstValue(SessionClaim), out var session) ? session : null,
            user.FindFirstValue(NameClaim),
            user.FindAll(RightClaim).Select(c => c.Value),
            user.FindAll(CapabilityClaim).Select(c => c.Value))
        {
            ProvedAt = long.TryParse(user.FindFirstValue(ProvedClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var proved) ? DateTimeOffset.FromUnixTimeMilliseconds(proved) : null,
            Impersonator = Guid.TryParse(user.FindFirstValue(ImpersonatorClaim), out var impersonator) ? impersonator : null,
            Key = Guid.TryParse(user.FindFirstValue(KeyClaim), out var key) ? key : null,
            Scopes = user.FindAll(ScopeClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Staff, of whatever kind.</summary>
    public bool HoldsRights => rights.Count > 0;

    public bool Has(string right) => rights.Contains(right);

    public bool Can(string capability) => capabilities.Contains(capability);

    /// <exception cref="Refused">401 or 403.</exception>
    public void MustHave(string right)
    {
        _ = Account;
        if (!Has(right)) throw Refused.Forbidden();
    }

    /// <exception cref="Refused">401 or 403.</exception>
    public void MustBeAble(string capability)
    {
        _ = Account;
        if (!Can(capability)) throw Refused.Forbidden($"Your account needs the capability {capability} for this.");
    }

    /// <summary>The person proved to be themselves in the last <see cref="Freshness"/>.</summary>
    public bool IsFresh(TimeProvider clock) => ProvedAt is { } at && clock.GetUtcNow() - at <= Freshness;

    /// <summary>Step-up: payout destination, e-mail, ways to sign in, key creation, rights. A stolen session alone must not be enough for these.</summary>
    /// <exception cref="Refused">401; 403 <c>step_up_required</c>: <see cref="StepUpAttribute"/> sends the person of a page to confirm and back.</exception>
    public void MustBeFresh(TimeProvider clock)
    {
        _ = Account;
        if (!IsFresh(clock)) throw new Refused("step_up_required", 403, "Confirm that it is you first.");
    }
}
