using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Another name for a passkey: how its owner tells it from the others.</summary>
internal static class RenamePasskey
{
    public sealed record Request(string Name);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Name).PasskeyName();
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task Handle(Guid id, Request request, Caller caller, UnitOfWork work)
    {
        if (await work.Command("UPDATE users.passkeys SET name = $3 WHERE id = $1 AND account = $2", id, caller.Account, request.Name.Trim()).Execute() == 0) throw Refused.NotFound();
    }
}
