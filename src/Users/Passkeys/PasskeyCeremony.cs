using System.Security.Cryptography;
using System.Text.Json;
using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Users;

/// <summary>What a browser answers with.</summary>
/// <param name="Challenge">As it was given with the options.</param>
/// <param name="Credential">The credential's <c>toJSON()</c>, as text.</param>
internal sealed record PasskeyAnswer(string Challenge, string Credential)
{
    public sealed class Validator : AbstractValidator<PasskeyAnswer>
    {
        public Validator()
        {
            RuleFor(r => r.Challenge).NotEmpty().MaximumLength(4_000);
            RuleFor(r => r.Credential).NotEmpty().MaximumLength(40_000);
        }
    }
}

/// <param name="Challenge">Sealed; to be sent back with the answer.</param>
/// <param name="Options">For <c>navigator.credentials</c>.</param>
internal sealed record PasskeyQuestion(string Challenge, JsonElement Options);

/// <summary>For what an answer is good, and for nothing else.</summary>
internal enum PasskeyUse
{
    Register,
    SignIn,
    Proof,
}

/// <summary>
/// Identity's passkeys without its cookies: the state of a ceremony travels sealed with the page, says for what and for whom it is, and is good
/// for five minutes and one answer.
/// </summary>
internal sealed class PasskeyCeremony(IPasskeyHandler<Account> handler, UserManager<Account> users, UnitOfWork work, Secrets secrets, TimeProvider clock)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const string Row = "users.passkey_challenges";

    public async Task<PasskeyQuestion> AskToRegister(Account account, HttpContext http)
    {
        var asked = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.Email, DisplayName = account.DisplayName }, http);
        return Question(PasskeyUse.Register, account.Id, asked.AttestationState, asked.CreationOptionsJson);
    }

    /// <param name="account">Null: whichever account has the passkey that is chosen.</param>
    public async Task<PasskeyQuestion> Ask(PasskeyUse use, Account? account, HttpContext http)
    {
        var asked = await handler.MakeRequestOptionsAsync(account, http);
        return Question(use, account?.Id, asked.AssertionState, asked.RequestOptionsJson);
    }

    /// <summary>A new passkey, checked; joins the transaction.</summary>
    /// <exception cref="Refused">401 <c>passkey_refused</c>.</exception>
    public async Task<UserPasskeyInfo> Attest(PasskeyAnswer answer, Guid account, HttpContext http)
    {
        var state = await Spend(answer.Challenge, PasskeyUse.Register, account);
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = answer.Credential, AttestationState = state });
        return result.Succeeded ? result.Passkey : throw NotAccepted();
    }

    /// <summary>Who answered. The passkey's counter moves on; joins the transaction.</summary>
    /// <exception cref="Refused">401 <c>passkey_refused</c>.</exception>
    public async Task<Guid> Assert(PasskeyAnswer answer, PasskeyUse use, HttpContext http)
    {
        var state = await Spend(answer.Challenge, use, null);
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = answer.Credential, AssertionState = state });
        if (!result.Succeeded) throw NotAccepted();
        await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        return result.User.Id;
    }

    internal static Refused NotAccepted() => new("passkey_refused", 401, "This passkey was not accepted. Try again, or take another way.");

    private PasskeyQuestion Question(PasskeyUse use, Guid? account, string? state, string options)
    {
        var ticket = new Ticket(Ids.New(clock), use, account, clock.GetUtcNow() + Patience, state ?? "");
        return new PasskeyQuestion(WebEncoders.Base64UrlEncode(secrets.Seal(Row, JsonSerializer.SerializeToUtf8Bytes(ticket))), JsonSerializer.Deserialize<JsonElement>(options));
    }

    private async Task<string> Spend(string challenge, PasskeyUse use, Guid? account)
    {
        var ticket = Open(challenge);
        if (ticket is null || ticket.Use != use || ticket.ExpiresAt <= clock.GetUtcNow() || (account is not null && ticket.Account != account)) throw NotAccepted();
        var first = await work.Command("INSERT INTO users.spent_challenges (id, spent_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", ticket.Id, clock.GetUtcNow()).Execute();
        return first == 1 ? ticket.State : throw NotAccepted();
    }

    private Ticket? Open(string challenge)
    {
        try
        {
            return JsonSerializer.Deserialize<Ticket>(secrets.Open(Row, WebEncoders.Base64UrlDecode(challenge)));
        }
        catch (Exception error) when (error is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    private sealed record Ticket(Guid Id, PasskeyUse Use, Guid? Account, DateTimeOffset ExpiresAt, string State);
}
