using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Marketplace.Kernel;

/// <summary>
/// Who may use a route. Every route says it; what says nothing is for signed-in people only. Pages use the attributes of ASP.NET
/// with the same names: <c>[AllowAnonymous]</c>, <c>[Authorize]</c>, <c>[Authorize("right:ledger_read")]</c>, <c>[Authorize("can:can_sell")]</c>.
/// </summary>
public static class Access
{
    public const string Right = "right:", Capability = "can:";

    /// <summary>Between rights of which one is enough: <c>[Authorize("right:people|moderation")]</c>.</summary>
    public const char Or = '|';

    public static TBuilder ForAnyone<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.AllowAnonymous();

    public static TBuilder ForSignedIn<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization();

    /// <param name="rights">One of them is enough.</param>
    public static TBuilder ForRight<TBuilder>(this TBuilder route, params string[] rights) where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization(Right + string.Join(Or, rights));

    public static TBuilder ForCapability<TBuilder>(this TBuilder route, string capability) where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization(Capability + capability);
}

/// <summary>Turns the two prefixes into policies.</summary>
internal sealed class AccessPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
    {
        var claim = policyName.StartsWith(Access.Right, StringComparison.Ordinal) ? (Caller.RightClaim, policyName[Access.Right.Length..])
            : policyName.StartsWith(Access.Capability, StringComparison.Ordinal) ? (Caller.CapabilityClaim, policyName[Access.Capability.Length..])
            : default;
        return claim == default
            ? await base.GetPolicyAsync(policyName)
            : new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(claim.Item1, claim.Item2.Split(Access.Or)).Build();
    }
}
