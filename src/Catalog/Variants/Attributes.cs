using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>By what variants can differ, with all values.</summary>
internal static class AttributeList
{
    /// <summary>The English names that migrations plant, for those who translate.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Size", "Colour", "Material", "Format", "Black", "White", "Grey", "Red", "Blue", "Light blue", "Green", "Yellow", "Orange", "Purple", "Pink", "Brown", "Gold", "Silver", "Transparent",
        "Cotton", "Wool", "Leather", "Wood", "Metal", "Plastic", "Paper", "Cassette", "7″ vinyl", "10″ vinyl", "12″ vinyl", "Double LP",
    ];

    public static async Task<IReadOnlyList<AttributeView>> List(NpgsqlDataSource source, CancellationToken stop = default) =>
        (await source.Command(
            """
            SELECT a.key, a.name, v.key, v.name FROM catalog.attributes a LEFT JOIN catalog.attribute_values v ON v.attribute = a.key
            ORDER BY a.position, a.key, v.position, v.key
            """).List(r => (Key: r.GetString(0), Name: r.GetString(1), Value: r.IsDBNull(2) ? null : new VariantValue(r.GetString(2), r.GetString(3))), stop))
        .GroupBy(r => (r.Key, r.Name)).Select(g => new AttributeView(g.Key.Key, g.Key.Name, g.Select(r => r.Value).OfType<VariantValue>().ToList())).ToList();
}

/// <param name="Key">Never changes.</param>
/// <param name="Name">English.</param>
internal sealed record AttributeView(string Key, string Name, IReadOnlyList<VariantValue> Values);

/// <summary>Staff adds what sellers miss. Nothing is taken away: products and old orders name it.</summary>
internal static class AddAttribute
{
    /// <param name="Name">English; its key is made of it.</param>
    public sealed record Request(string Name);

    public sealed record Value(string Name);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Name).Must(n => n is not null && Key(n, 12) is { Length: > 0 } key && char.IsAsciiLetter(key[0])).WithErrorCode("name").WithMessage("Give a name that begins with a letter.").MaximumLength(40).Sound();
    }

    public sealed class ValueValidator : AbstractValidator<Value>
    {
        public ValueValidator() => RuleFor(r => r.Name).Must(n => n is not null && Key(n, 13).Length > 0).WithErrorCode("name").WithMessage("Give a name of letters or digits.").MaximumLength(40).Sound();
    }

    /// <exception cref="Refused">409 <c>attribute_taken</c>, <c>too_many_attributes</c>.</exception>
    public static async Task<AttributeView> Handle(Request request, Caller caller, UnitOfWork work, IAudit audit)
    {
        caller.MustHave(Users.Rights.Moderation);
        var (key, name) = (Key(request.Name, 12), Words.Line(request.Name));
        await Make(work, "INSERT INTO catalog.attributes (key, name, position) SELECT $1, $2, coalesce(max(position), 0) + 1 FROM catalog.attributes HAVING count(*) < 30 ON CONFLICT DO NOTHING", key, name);
        await audit.Write(caller, "catalog.attribute_added", "attribute", Guid.Empty, new { key, name });
        return new AttributeView(key, name, []);
    }

    /// <exception cref="Refused">404; 409 <c>attribute_taken</c>, <c>too_many_attributes</c>.</exception>
    public static async Task<VariantValue> Handle(string attribute, Value request, Caller caller, UnitOfWork work, IAudit audit)
    {
        caller.MustHave(Users.Rights.Moderation);
        if (!await work.Command("SELECT EXISTS (SELECT FROM catalog.attributes WHERE key = $1)", attribute).Scalar<bool>()) throw Refused.NotFound();
        var (key, name) = (Key(request.Name, 13), Words.Line(request.Name));
        await Make(work, "INSERT INTO catalog.attribute_values (attribute, key, name, position) SELECT $3, $1, $2, coalesce(max(position), 0) + 1 FROM catalog.attribute_values WHERE attribute = $3 HAVING count(*) < 200 ON CONFLICT DO NOTHING", key, name, attribute);
        await audit.Write(caller, "catalog.attribute_value_added", "attribute", Guid.Empty, new { attribute, key, name });
        return new VariantValue(key, name);
    }

    // "Light blue" is lightblue: without hyphens, which stand between the parts of an option.
    private static string Key(string name, int length)
    {
        var key = Slugs.From(name, 60).Replace("-", "", StringComparison.Ordinal);
        return key[..Math.Min(length, key.Length)];
    }

    private static async Task Make(UnitOfWork work, string sql, params object?[] parameters)
    {
        if (await work.Command(sql, parameters).Execute() == 0) throw new Refused("attribute_taken", 409, "There is one of this name already, or there are too many.");
    }
}
