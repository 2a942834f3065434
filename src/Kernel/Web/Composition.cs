using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Kernel;

/// <summary>
/// A part that one module puts into another's screen: the product page (Catalog) has a slot <c>product-actions</c>, Orders fills
/// it with its buy box. Rendered by the tag <c>&lt;slot name="…" model="…"&gt;</c>, parts in their order.
/// </summary>
/// <param name="View">Absolute path of a partial: <c>/Pages/Orders/_BuyBox.cshtml</c>.</param>
/// <param name="Load">Makes the partial's model from the slot's; null renders nothing.</param>
public sealed record SlotPart(string Slot, int Order, string View, Func<HttpContext, object?, Task<object?>> Load);

/// <summary>A line of a menu: <c>account</c>, <c>sell</c>, <c>admin</c>. Shown only to whom it serves.</summary>
/// <param name="Text">English; the module's texts translate it.</param>
/// <param name="Icon">Name of a Lucide icon.</param>
public sealed record MenuItem(string Menu, int Order, string Text, string Url, string Icon, Type Texts)
{
    /// <summary>Or several, of which one is enough: see <see cref="Access.Or"/>.</summary>
    public string? Right { get; init; }

    public string? Capability { get; init; }

    public bool Serves(Caller caller) => (Right is null || Right.Split(Access.Or).Any(caller.Has)) && (Capability is null || caller.Can(Capability));
}

/// <summary>What all modules contributed; asked by the Ui.</summary>
public sealed class Composition(IEnumerable<SlotPart> parts, IEnumerable<MenuItem> items)
{
    private readonly ILookup<string, SlotPart> slots = parts.OrderBy(p => p.Order).ToLookup(p => p.Slot, StringComparer.Ordinal);
    private readonly ILookup<string, MenuItem> menus = items.OrderBy(i => i.Order).ToLookup(i => i.Menu, StringComparer.Ordinal);

    public IEnumerable<SlotPart> Slot(string name) => slots[name];

    public IEnumerable<MenuItem> Menu(string name, Caller caller) => menus[name].Where(item => item.Serves(caller));
}

/// <summary>Something that others point at by kind and id: an order, a payment, a product. For audit, reports and "explain this cent".</summary>
public interface ISubject
{
    /// <summary>snake_case: <c>order</c>, <c>payment</c>.</summary>
    string Kind { get; }

    /// <summary>People may say that one is against the rules; default no.</summary>
    bool IsReportable => false;

    /// <summary>Those of the ids that are of this kind; one query.</summary>
    Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default);
}

/// <param name="Title">For people: "Order 1042".</param>
/// <param name="Url">Its back-office page.</param>
/// <param name="Owner">The account that it belongs to.</param>
public sealed record Subject(string Kind, Guid Id, string Title, string? Url, Guid? Owner)
{
    /// <summary>Where its owner sees it.</summary>
    public string? OwnerUrl { get; init; }

    /// <summary>Anybody may see it. What is not public cannot be reported: the answer would tell that it is there.</summary>
    public bool IsPublic { get; init; }
}

/// <summary>Asks every module.</summary>
public sealed class Subjects(IEnumerable<ISubject> kinds)
{
    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default)
    {
        var found = new Dictionary<Guid, Subject>();
        if (ids.Count == 0) return found;
        foreach (var kind in kinds)
        {
            foreach (var (id, subject) in await kind.Find(ids, stop)) found[id] = subject;
        }

        return found;
    }

    /// <summary>One thing of a kind that people may report; null when there is none that all may see.</summary>
    public async Task<Subject?> Reportable(string kind, Guid id, CancellationToken stop = default) =>
        kinds.FirstOrDefault(k => k.IsReportable && k.Kind == kind) is { } known ? (await known.Find([id], stop)).GetValueOrDefault(id) is { IsPublic: true } found ? found : null : null;
}

public static class CompositionRegistration
{
    public static IServiceCollection AddSlot(
        this IServiceCollection services, string slot, int order, string view, Func<HttpContext, object?, Task<object?>> load) =>
        services.AddSingleton(new SlotPart(slot, order, view, load));

    public static IServiceCollection AddMenu<TTexts>(
        this IServiceCollection services, string menu, int order, string text, string url, string icon, string? right = null, string? capability = null) =>
        services.AddSingleton(new MenuItem(menu, order, text, url, icon, typeof(TTexts)) { Right = right, Capability = capability });
}
