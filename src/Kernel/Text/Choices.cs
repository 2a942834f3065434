using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Kernel;

/// <summary>Choices of an enum as they are sent: snake_case, or empty for none.</summary>
public static class Choices
{
    public static IRuleBuilderOptions<T, string?> OneOf<T, TChoice>(this IRuleBuilder<T, string?> rule) where TChoice : struct, Enum =>
        rule.Must(text => string.IsNullOrEmpty(text) || text.ReadChoice<TChoice>() is not null).WithErrorCode("unknown_choice").WithMessage("Choose one of the list.");

    /// <returns>Null when it is empty or none of them.</returns>
    public static TChoice? ReadChoice<TChoice>(this string? text) where TChoice : struct, Enum =>
        Enum.GetValues<TChoice>().Where(value => value.ToText() == text).Select(value => (TChoice?)value).FirstOrDefault();

    public static string ToText<TChoice>(this TChoice value) where TChoice : struct, Enum => Naming.Snake(value.ToString());
}
