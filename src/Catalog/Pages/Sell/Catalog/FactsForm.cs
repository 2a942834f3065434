using System.Text.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Marketplace.Catalog.Pages;

/// <summary>The inputs of a kind's facts: what was typed, else what is kept.</summary>
internal sealed record FactsForm(ProductKind Kind, JsonElement Details, ModelStateDictionary Typed)
{
    public static string NameOf(Fact fact) => "Input.Details." + string.Concat(fact.Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    public string? Value(Fact fact) => Typed.TryGetValue(NameOf(fact), out var typed) && typed.AttemptedValue is { } said ? said : fact.Field(Details);

    public string? Error(Fact fact) => Typed.TryGetValue(NameOf(fact), out var typed) && typed.Errors.Count > 0 ? typed.Errors[0].ErrorMessage : null;
}
