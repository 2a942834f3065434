using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Refusals of the use cases, said of the columns of a file.</summary>
internal static class RowErrors
{
    /// <summary>What the API counts ("/offers/2/price"), by the name of its field.</summary>
    public static async Task<T> Located<T>(IReadOnlyList<OfferLine>? offers, ImportFields fields, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Refused refused) when (offers is not null && refused.Errors.Any(e => e.Pointer.StartsWith("/offers/", StringComparison.Ordinal)))
        {
            throw new Refused(refused.Code, refused.Status, refused.Message) { Errors = [.. refused.Errors.Select(e => e with { Pointer = Located(e.Pointer, offers, fields) })] };
        }
    }

    public static IReadOnlyList<RowError> Of(Refused refused, Import import)
    {
        if (refused.Errors.Count == 0) return [new RowError(null, null, refused.Code, refused.Message)];
        return [.. refused.Errors.Select(e =>
        {
            var field = e.Pointer.StartsWith('#') ? e.Pointer[1..] : e.Pointer.StartsWith("/details/", StringComparison.Ordinal) ? e.Pointer[1..].Replace('/', '.') : e.Pointer.Split(['/', '['], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            var column = Array.IndexOf(import.Fields, field);
            // The price of the usual offer may stand in a column of its own.
            if (column < 0 && field?.EndsWith(".price", StringComparison.Ordinal) == true) column = Array.IndexOf(import.Fields, ImportFields.Price);
            return new RowError(field, column < 0 ? null : import.Columns[column], e.Code, e.Detail);
        })];
    }

    private static string Located(string pointer, IReadOnlyList<OfferLine> offers, ImportFields fields)
    {
        if (pointer.Split('/') is not ["", "offers", var number, .. var rest] || !int.TryParse(number, out var index) || index >= offers.Count) return pointer;
        var columns = fields.All.Where(f => f.Way == offers[index].Way).ToList();
        var part = rest is ["details", var fact, ..] ? fact : rest.FirstOrDefault();
        return "#" + ((columns.Find(f => f.Part == part) ?? columns.FirstOrDefault())?.Key ?? ImportFields.Offers);
    }
}
