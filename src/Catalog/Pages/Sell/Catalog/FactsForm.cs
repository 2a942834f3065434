using System.Text.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Marketplace.Catalog.Pages;

/// <summary>The inputs of facts: what was typed, else what is kept.</summary>
/// <param name="Prefix">Of the fields' names.</param>
internal sealed record FactsForm(IReadOnlyList<Fact> Facts, JsonElement Details, ModelStateDictionary Typed, FormPlace Place, string Prefix = FactsForm.OfProduct)
{
    public const string OfProduct = "Input.Details.";

    public static string NameOf(Fact fact) => OfProduct + Pascal(fact);

    public string Name(Fact fact) => Prefix + Pascal(fact);

    /// <summary>A box that was not ticked sends nothing: then what was kept is not asked.</summary>
    public string? Value(Fact fact) => Typed.TryGetValue(Name(fact), out var typed) && typed.AttemptedValue is { } said ? said : Typed.ContainsKey("Input.Title") ? null : fact.Field(Details, Place);

    public string? Error(Fact fact) => Typed.TryGetValue(Name(fact), out var typed) && typed.Errors.Count > 0 ? typed.Errors[0].ErrorMessage : null;

    public static string Pascal(Fact fact) => string.Concat(fact.Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}
