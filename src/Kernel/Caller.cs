using System.Security.Claims;

namespace Marketplace.Kernel;

/// <summary>
/// Who asks. A use case receives it as an argument and never looks at HTTP, so that pages, the API, jobs and the demo are alike.
/// Rights are what staff may do; capabilities are what the account may do in the market (can_buy, can_sell …).
/// </summary>
public sealed class Caller
{
    public const string SessionClaim = "sid", RightClaim = "right", CapabilityClaim = "cap", NameClaim = "name";

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
            user.FindAll(CapabilityClaim).Select(c => c.Value));
    }

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
}
