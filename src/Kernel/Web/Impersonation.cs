using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Kernel;

/// <summary>On what a member of staff may do while looking through somebody's eyes: to stop, and nothing that moves money or changes how somebody signs in.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WhileImpersonatingAttribute : Attribute;

/// <summary>
/// The one place that says what looking through somebody's eyes means: looking. Whatever changes something is refused, whichever module
/// adds it, unless it says <see cref="WhileImpersonatingAttribute"/> itself.
/// </summary>
public static class Impersonation
{
    /// <summary>Behind routing and authentication, before every endpoint.</summary>
    /// <exception cref="Refused">403 <c>impersonating</c>.</exception>
    public static void UseImpersonationGuard(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!IsRead(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<WhileImpersonatingAttribute>() is null && Caller.From(http.User).Impersonator is not null)
            throw new Refused("impersonating", 403, "You look through somebody’s eyes: you see what they see, and change nothing.");
        return next();
    });

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
