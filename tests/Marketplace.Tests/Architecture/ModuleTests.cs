using System.Reflection;
using System.Xml.Linq;

namespace Marketplace.Tests.Architecture;

/// <summary>The walls between the modules, each with a fixture that shows the guard failing.</summary>
public sealed class ModuleTests
{
    /// <summary>From left to right: a module knows only what stands to its left.</summary>
    private static readonly string[] Order = ["Kernel", "Ui", "Users", "Wallet", "Catalog", "Orders", "Community", "Chat", "Affiliation", "SellerPanel", "Notifications", "Host"];

    private static readonly string[] BusinessModules = [.. Order[2..^1].Where(m => Directory.Exists(Path.Combine(TestServer.Root, "src", m)))];

    [Fact]
    public void References_go_to_the_left_only() => WrongReferences(ProjectReferences()).ShouldBeEmpty();

    [Fact]
    public void A_reference_to_the_right_is_noticed() =>
        WrongReferences([("Wallet", "Orders"), ("Orders", "Wallet")]).ShouldBe(["Wallet → Orders"]);

    [Fact]
    public void The_picture_in_the_architecture_document_is_true() =>
        Pictured(File.ReadAllText(Path.Combine(TestServer.Root, "docs", "architecture.md")))
            .ShouldBe(ProjectReferences().Select(r => $"{r.From} → {r.To}").Order(StringComparer.Ordinal));

    [Fact]
    public void A_picture_that_leaves_something_out_is_noticed() =>
        Pictured("```mermaid\nflowchart RL\n  Orders --> Catalog\n```").ShouldBe(["Orders → Catalog"]);

    [Fact]
    public void Only_promises_are_public()
    {
        var offenders = BusinessModules.SelectMany(module => NeedlesslyPublic(Assembly.Load($"Marketplace.{module}").GetExportedTypes(), module)).ToList();
        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void A_public_entity_is_noticed() =>
        NeedlesslyPublic([typeof(IFixture), typeof(FixturePromised), typeof(FixtureEntity), typeof(FixtureHappened)], "Fixture").ShouldBe([nameof(FixtureEntity)]);

    private static List<(string From, string To)> ProjectReferences() => Directory
        .EnumerateFiles(Path.Combine(TestServer.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .SelectMany(file => XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => (Path.GetFileNameWithoutExtension(file), Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))))
        .ToList();

    private static IEnumerable<string> WrongReferences(IEnumerable<(string From, string To)> references) => references
        .Where(r => Array.IndexOf(Order, r.To) < 0 || Array.IndexOf(Order, r.To) >= Array.IndexOf(Order, r.From))
        .Select(r => $"{r.From} → {r.To}");

    private static IEnumerable<string> Pictured(string document)
    {
        var picture = document.Split("```mermaid", 2)[1].Split("```", 2)[0];
        return picture.Split('\n').Select(line => line.Split("-->", StringSplitOptions.TrimEntries)).Where(ends => ends.Length == 2)
            .Select(ends => $"{ends[0]} → {ends[1]}").Order(StringComparer.Ordinal);
    }

    // Public are the interface I<Module>, an interface that another module implements, what their members mention, events, the registration and the resource name; Razor's generated views are internal to their pages.
    private static IEnumerable<string> NeedlesslyPublic(IEnumerable<Type> exported, string module)
    {
        var types = exported.Where(t => !t.Name.StartsWith('_') && t.Namespace?.StartsWith("AspNetCoreGeneratedDocument", StringComparison.Ordinal) is false).ToList();
        var promised = new HashSet<Type>();
        var open = new Queue<Type>(types.Where(t => t.Name == $"I{module}" || t.Name == $"{module}Module" || typeof(IEvent).IsAssignableFrom(t) || IsScreenModel(t) || IsSeam(t, module)));
        while (open.TryDequeue(out var type))
        {
            foreach (var part in Parts(type))
            {
                if (types.Contains(part) && promised.Add(part)) open.Enqueue(part);
            }
        }

        return types.Where(t => !promised.Contains(t) && !IsConstants(t) && t.Name != "Texts")
            .Select(t => t.Name);
    }

    // What one module asks and a later one answers.
    private static bool IsSeam(Type type, string module) => type.IsInterface && BusinessModules.Where(m => m != module).Any(m => Assembly.Load($"Marketplace.{m}").GetTypes().Any(type.IsAssignableFrom));

    // What a slot or a shared partial is given.
    private static bool IsScreenModel(Type type) => type.Name.EndsWith("Slot", StringComparison.Ordinal) || type.Name.EndsWith("Model", StringComparison.Ordinal);

    private static IEnumerable<Type> Parts(Type type)
    {
        yield return type;
        var mentioned = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).SelectMany(member => member switch
        {
            MethodInfo method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType),
            ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
            PropertyInfo property => [property.PropertyType],
            _ => [],
        });
        foreach (var part in mentioned.SelectMany(Unwrap)) yield return part;
    }

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap) : type.HasElementType ? Unwrap(type.GetElementType()!) : [type];

    private static bool IsConstants(Type type) => type.IsAbstract && type.IsSealed && type.GetFields().All(f => f.IsLiteral || f.IsInitOnly) && type.GetMethods().All(m => m.DeclaringType == typeof(object));

    public interface IFixture
    {
        FixturePromised Ask();
    }

    public sealed record FixturePromised;

    public sealed class FixtureEntity;

    public sealed record FixtureHappened : IEvent
    {
        public string Key => "";
    }
}
