using System.Reflection;
using Microsoft.Extensions.Localization;

namespace Marketplace.Kernel;

/// <summary>A module's translations; what it has none of (the refusals of the Kernel) the Ui says for all.</summary>
public sealed class Phrases(IStringLocalizerFactory localizers, Assembly module) : IStringLocalizer
{
    private readonly IStringLocalizer own = localizers.Create("Texts", module.GetName().Name!), shared = localizers.Create("Texts", "Marketplace.Ui");

    public LocalizedString this[string name] => own[name] is { ResourceNotFound: false } found ? found : shared[name];

    public LocalizedString this[string name, params object[] arguments] => own[name] is { ResourceNotFound: false } ? own[name, arguments] : shared[name, arguments];

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => own.GetAllStrings(includeParentCultures);
}
