namespace Marketplace.Users.Pages;

/// <summary>A button behind which the browser is asked for a passkey. Its page gives the options at <c>?handler=Options</c>.</summary>
/// <param name="Act"><c>get</c>.</param>
/// <param name="Domain">Where passkeys are good; elsewhere the button stays hidden.</param>
internal sealed record PasskeyForm(string Act, string Action, string Label, string? Domain, string? ReturnUrl)
{
    public string Prefix { get; init; } = "Input";

    public bool Primary { get; init; }
}
