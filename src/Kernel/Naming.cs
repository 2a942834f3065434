using System.Text.Json;

namespace Marketplace.Kernel;

/// <summary>snake_case, everywhere the same: columns, JSON members, enum values, codes.</summary>
public static class Naming
{
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
