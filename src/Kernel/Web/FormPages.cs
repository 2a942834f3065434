using System.Reflection;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Marketplace.Kernel;

/// <summary>
/// A page with a form. <see cref="Load"/> reads what the page shows; it runs for GET, and again when a POST was refused, so that
/// the person sees the same page with the reason and everything that was typed.
/// </summary>
public abstract class FormPage : PageModel
{
    public virtual Task Load() => Task.CompletedTask;

    public virtual Task OnGetAsync() => Load();
}

/// <summary>On a page whose handlers commit in several steps through <see cref="Writes"/> themselves.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WritesInStepsAttribute : Attribute;

/// <summary>
/// On a page whose acts call <see cref="Caller.MustBeFresh"/>: who opens it confirms first that it is them, and comes back. A form that was
/// open for longer is shown again with what was typed.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StepUpAttribute : Attribute
{
    public const string ConfirmPath = "/account/confirm";

    /// <summary>In a page's ViewData, when a form was refused for want of a fresh proof: where to give one.</summary>
    public const string ConfirmKey = "confirm";

    internal static string ConfirmFor(HttpRequest request) => ConfirmPath + QueryString.Create("return_url", request.Path + request.QueryString);
}

/// <summary>
/// Around every POST handler of a page: binds, validates, runs it in one transaction, commits before the redirect is written.
/// A hidden field <c>idempotency_key</c> makes a double click one act.
/// </summary>
internal sealed class FormPageFilter : IAsyncPageFilter
{
    public const string KeyField = "idempotency_key";

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (HttpMethods.IsGet(context.HttpContext.Request.Method) || HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            if (MustConfirm(context)) context.Result = new LocalRedirectResult(StepUpAttribute.ConfirmFor(context.HttpContext.Request));
            else await next();
            return;
        }

        PageHandlerExecutedContext? executed = null;
        PageHandlerExecutionDelegate run = async () => executed = await next();
        try
        {
            await Validate(context);
            if (!context.ModelState.IsValid) throw Refused.Invalid();
            if (context.HandlerInstance.GetType().IsDefined(typeof(WritesInStepsAttribute), true)) await Rethrowing(run);
            else context.Result = await Write(context, run);
        }
        catch (Refused refused) when (context.HandlerInstance is FormPage page)
        {
            // MVC looks at the first before the handler has run, at the second after.
            var again = await ShowAgain(page, refused);
            if (executed is null) context.Result = again;
            else executed.Result = again;
        }
    }

    private static bool MustConfirm(PageHandlerExecutingContext context)
    {
        if (!context.HandlerInstance.GetType().IsDefined(typeof(StepUpAttribute), true)) return false;
        var services = context.HttpContext.RequestServices;
        return !services.GetRequiredService<Caller>().IsFresh(services.GetRequiredService<TimeProvider>());
    }

    private static async Task<IActionResult> Write(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        var key = IdempotencyKey.Of(services.GetRequiredService<Caller>(), http.Request.Form[KeyField], $"POST {http.Request.Path}{http.Request.QueryString}",
            http.Request.Form.Where(f => !f.Key.StartsWith("__", StringComparison.Ordinal)).OrderBy(f => f.Key, StringComparer.Ordinal).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal));

        IActionResult? fresh = null;
        var once = await services.GetRequiredService<Writes>().Once(key, async () =>
        {
            fresh = await Rethrowing(next);
            return new StoredRedirect(UrlOf(context, fresh));
        });
        return once.Replayed ? new LocalRedirectResult(once.Value.Url ?? "/") : fresh!;
    }

    private static async Task<IActionResult> Rethrowing(PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        if (executed.Exception is { } error && !executed.ExceptionHandled)
        {
            executed.ExceptionHandled = true;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }

        return executed.Result ?? throw new InvalidOperationException("A POST handler returns a redirect.");
    }

    private static string? UrlOf(ActionContext context, IActionResult result)
    {
        var url = context.HttpContext.RequestServices.GetRequiredService<IUrlHelperFactory>().GetUrlHelper(context);
        return result switch
        {
            RedirectToPageResult page => url.Page(page.PageName, page.PageHandler, page.RouteValues, null, null, page.Fragment),
            LocalRedirectResult local => local.Url,
            RedirectResult redirect => redirect.Url,
            _ => null,
        };
    }

    // The same validators that guard the API, on the page's bound properties.
    private static async Task Validate(PageHandlerExecutingContext context)
    {
        foreach (var property in context.HandlerInstance.GetType().GetProperties().Where(p => p.IsDefined(typeof(BindPropertyAttribute))))
        {
            if (property.GetValue(context.HandlerInstance) is not { } input) continue;
            if (context.HttpContext.RequestServices.GetService(typeof(IValidator<>).MakeGenericType(property.PropertyType)) is not IValidator validator) continue;

            var result = await validator.ValidateAsync(new ValidationContext<object>(input), context.HttpContext.RequestAborted);
            var texts = TextsOf(context.HandlerInstance, context.HttpContext);
            foreach (var member in result.Errors.GroupBy(e => $"{property.Name}.{e.PropertyName}", StringComparer.Ordinal))
            {
                // The validator's sentence takes the place of MVC's own "field is required".
                context.ModelState[member.Key]?.Errors.Clear();
                foreach (var error in member) context.ModelState.AddModelError(member.Key, texts[error.ErrorMessage]);
            }
        }
    }

    private static IStringLocalizer TextsOf(object page, HttpContext http) => new Phrases(http.RequestServices.GetRequiredService<IStringLocalizerFactory>(), page.GetType().Assembly);

    private static async Task<IActionResult> ShowAgain(FormPage page, Refused refused)
    {
        var texts = TextsOf(page, page.HttpContext);
        foreach (var error in refused.Errors) page.ModelState.AddModelError($"Input.{Member(error.Pointer)}", texts[error.Detail]);
        if (refused.Errors.Count == 0 && page.ModelState.IsValid) page.ModelState.AddModelError("", texts[refused.Message]);
        if (refused.Code == "step_up_required") page.ViewData[StepUpAttribute.ConfirmKey] = StepUpAttribute.ConfirmFor(page.Request);

        await page.Load();
        page.Response.StatusCode = refused.Status;
        if (refused.RetryAfter is { } wait) page.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return page.Page();
    }

    private static string Member(string pointer) =>
        string.Join('.', pointer.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => string.Concat(s.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))));

    private sealed record StoredRedirect(string? Url);
}
