using FluentValidation;

namespace Marketplace.Kernel;

public static class FormRules
{
    /// <summary>The API's own rules on a request that a form was made into.</summary>
    /// <exception cref="Refused">422 <c>invalid</c> with a pointer a field.</exception>
    public static void MustAccept<T>(this IValidator<T> validator, T request)
    {
        var result = validator.Validate(request);
        if (!result.IsValid)
            throw Refused.Invalid(result.Errors.Select(e => new FieldError("/" + Naming.Snake(e.PropertyName), Naming.Snake(e.ErrorCode.Replace("Validator", "", StringComparison.Ordinal)), e.ErrorMessage)).ToArray());
    }
}
