using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Wallet;

/// <summary>Staff compares a day of a provider's books with ours now, be it for the first time or again.</summary>
internal static class CompareDay
{
    /// <param name="Day">UTC; one that is over.</param>
    public sealed record Request(string? Provider = null, DateOnly? Day = null);

    /// <param name="Found">Differences that were not known.</param>
    public sealed record Reply(string Provider, DateOnly Day, int Found);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Day).NotNull().WithMessage("Choose a day.").InclusiveBetween(new DateOnly(2000, 1, 1), new DateOnly(2200, 1, 1)).WithMessage("Choose a day.");
    }

    /// <exception cref="Refused">404 no such provider; 422 <c>day_not_over</c>.</exception>
    public static async Task<Reply> Handle(Request request, Caller caller, Reconcile reconcile, CancellationToken stop)
    {
        caller.MustHave(Rights.Finance);
        var (provider, day) = (request.Provider ?? "", request.Day!.Value);
        return new Reply(provider, day, await reconcile.Compare(provider, day, stop));
    }
}
