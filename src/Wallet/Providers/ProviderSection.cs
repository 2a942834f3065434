using System.Net;
using Marketplace.Kernel;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Wallet;

/// <summary>The part of the configuration that is one provider's, checked at the start: a market with a wrong one must not open.</summary>
internal sealed class ProviderSection(IConfiguration configuration, string name)
{
    private readonly IConfigurationSection section = configuration.GetSection($"Wallet:Providers:{name}");

    /// <summary>A provider is there when anything is said of it.</summary>
    public bool Exists => section.GetChildren().Any();

    public string? Maybe(string key) => section[key] is { Length: > 0 } value ? value : null;

    /// <exception cref="InvalidOperationException">It is missing.</exception>
    public string Must(string key, string what) => Maybe(key) ?? throw Wrong(key, $"is missing: {what}");

    /// <exception cref="InvalidOperationException">No address, or one over which secrets would cross the network in clear.</exception>
    public Uri Address(string key, string usual)
    {
        var text = (Maybe(key) ?? usual).TrimEnd('/') + '/';
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) throw Wrong(key, "is no address like https://api.example.com.");
        if (address.Scheme == "http" && !address.IsLoopback) throw Wrong(key, "must begin with https: keys would cross the network in clear.");
        return address;
    }

    public TimeSpan Timeout() => TimeSpan.FromMilliseconds(Whole("TimeoutMilliseconds", 20_000, 50, 120_000));

    public ProviderPrice Price(int rate, int fixedPart) => new(Whole("FeeRate", rate, 0, 5_000), Whole("FeeFixed", fixedPart, 0, 10_000));

    /// <exception cref="InvalidOperationException">No whole number, or out of bounds.</exception>
    public int Whole(string key, int usual, int least, int most) =>
        Maybe(key) is not { } text ? usual
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Wrong(key, $"is a whole number from {least} to {most}.");

    public InvalidOperationException Wrong(string key, string why) => new($"{section.Path.Replace(":", "__", StringComparison.Ordinal)}__{key} {why}");
}

/// <summary>What a provider takes for one payment.</summary>
/// <param name="Rate">Basis points.</param>
/// <param name="Fixed">Hundredths of a major unit; in currencies without decimals so many units, in those with three about as much money.</param>
internal sealed record ProviderPrice(int Rate, int Fixed)
{
    public Money Of(Money amount) => amount.AtRate(Rate) + new Money(amount.Currency.Exponent == 3 ? Money.Portion(Fixed, 10, 3) : Fixed, amount.Currency);
}

/// <summary>
/// A provider's definite "no" to a request: it was understood, and nothing was done. Whatever else goes wrong on the way (no answer, a
/// fault of theirs, a key that they do not know) is another exception, and means that the outcome is unknown.
/// </summary>
/// <param name="code">The provider's word: <c>card_declined</c>.</param>
internal sealed class ProviderRefusal(string provider, HttpStatusCode status, string code, string? reason, string? detail) : Exception($"{provider} refused ({(int)status} {code}{(reason is null ? "" : $", {reason}")}): {detail}")
{
    public HttpStatusCode Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>A finer word, e.g. why a card was declined.</summary>
    public string? Reason { get; } = reason;

    /// <summary>As it fits our failure codes.</summary>
    public string StableCode => Stable(Reason ?? Code);

    public static string Stable(string word)
    {
        var plain = new string(word.Trim().ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_').ToArray());
        return plain.Length == 0 ? "refused" : plain[..Math.Min(60, plain.Length)];
    }

    /// <summary>True for answers that say nothing about the request itself: whether something was done is unknown.</summary>
    public static bool IsOutage(HttpStatusCode status) => (int)status is >= 500 or 401 or 403 or 408 or 409 or 423 or 425 or 429;
}
