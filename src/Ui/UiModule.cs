using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Ui;

/// <summary>The look: layouts, tags, partials and the browser's assets. <c>README.md</c> beside this file says how to write a page.</summary>
public static class UiModule
{
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddLocalization();
        // The server validates, and its messages stand beside the fields: no data-val-* attributes for a script that is not there.
        services.Configure<MvcViewOptions>(options => options.HtmlHelperOptions.ClientValidationEnabled = false);
        return services;
    }
}
