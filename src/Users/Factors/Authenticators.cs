using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>How an account's second factor stands.</summary>
/// <param name="CodesLeft">Recovery codes that are not used.</param>
internal sealed record FactorState(bool IsOn, DateTimeOffset? Since, int CodesLeft);

/// <summary>
/// The authenticator app and its recovery codes. The seed is sealed at rest; the step of the last code that was taken is kept, so that a code
/// which somebody looked at over a shoulder is worth nothing. All that changes something joins the transaction.
/// </summary>
internal sealed class Authenticators(NpgsqlDataSource source, UnitOfWork work, Secrets secrets, TimeProvider clock)
{
    public const int RecoveryCodes = 10;

    // 120 bits as 24 letters: far beyond guessing, so that a plain hash keeps them.
    private const int RecoverySize = 15, RecoveryLetters = 24;

    public async Task<FactorState> State(Guid account, CancellationToken stop = default) => (await source.Command(
            """
            SELECT confirmed_at, (SELECT count(*)::int FROM users.recovery_codes WHERE account = $1 AND used_at IS NULL)
            FROM users.authenticators WHERE account = $1 AND confirmed_at IS NOT NULL
            """, account)
        .List(r => new FactorState(true, r.GetFieldValue<DateTimeOffset>(0), r.GetInt32(1)), stop)).SingleOrDefault() ?? new FactorState(false, null, 0);

    /// <summary>A seed to be confirmed by a first code. One that was made a moment ago is kept, so that a form sent twice shows the same; an older one may have been seen.</summary>
    /// <exception cref="Refused">409 <c>authenticator_on</c>.</exception>
    public async Task Begin(Guid account)
    {
        var now = clock.GetUtcNow();
        await work.Command(
            """
            INSERT INTO users.authenticators AS f (account, seed, created_at) VALUES ($1, $2, $3)
            ON CONFLICT (account) DO UPDATE SET seed = excluded.seed, created_at = excluded.created_at WHERE f.confirmed_at IS NULL AND f.created_at <= $4
            """, account, secrets.Seal(Row(account), RandomNumberGenerator.GetBytes(Totp.SeedSize)), now, now - Entrance.Patience).Execute();
        if (await work.Command("SELECT confirmed_at IS NOT NULL FROM users.authenticators WHERE account = $1", account).Scalar<bool>())
            throw new Refused("authenticator_on", 409, "An authenticator app is set up already. Turn it off first.");
    }

    /// <summary>The seed that waits for its first code; null when none does.</summary>
    public async Task<byte[]?> Waiting(Guid account) =>
        await source.Command("SELECT seed FROM users.authenticators WHERE account = $1 AND confirmed_at IS NULL", account).Scalar<byte[]>() is { } box ? secrets.Open(Row(account), box) : null;

    /// <summary>Turns it on by a first code.</summary>
    public Task<bool> Confirm(Guid account, string code) => Take(account, code, confirmed: false);

    /// <summary>Takes a code of the app or a recovery code, once.</summary>
    /// <returns>Null when it is neither, or has been taken before.</returns>
    public async Task<FactorKind?> Accept(Guid account, string code)
    {
        var plain = Plain(code);
        if (plain.Length == 6) return await Take(account, plain, confirmed: true) ? FactorKind.Code : null;
        if (plain.Length != RecoveryLetters) return null;
        var used = await work.Command(
            "UPDATE users.recovery_codes SET used_at = greatest($3, made_at) WHERE account = $1 AND code_hash = $2 AND used_at IS NULL", account, HashOf(account, plain), clock.GetUtcNow()).Execute();
        return used == 1 ? FactorKind.Recovery : null;
    }

    /// <summary>New recovery codes; those before are worth nothing. Shown once: only their hashes are kept.</summary>
    public async Task<IReadOnlyList<string>> MakeRecoveryCodes(Guid account)
    {
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => Totp.Base32(RandomNumberGenerator.GetBytes(RecoverySize))).ToList();
        await work.Command("DELETE FROM users.recovery_codes WHERE account = $1", account).Execute();
        await work.Command("INSERT INTO users.recovery_codes (code_hash, account, made_at) SELECT h, $2, $3 FROM unnest($1::bytea[]) h",
            codes.Select(c => HashOf(account, c)).ToArray(), account, clock.GetUtcNow()).Execute();
        return codes.ConvertAll(c => string.Join('-', c.Chunk(4).Select(four => new string(four))));
    }

    /// <returns>False when it was off.</returns>
    public async Task<bool> TurnOff(Guid account)
    {
        await work.Command("DELETE FROM users.recovery_codes WHERE account = $1", account).Execute();
        return await work.Command("DELETE FROM users.authenticators WHERE account = $1", account).Execute() == 1;
    }

    // The condition on the step, not a look beforehand, is what refuses the second of two.
    private async Task<bool> Take(Guid account, string code, bool confirmed)
    {
        var box = await work.Command("SELECT seed FROM users.authenticators WHERE account = $1 AND (confirmed_at IS NOT NULL) = $2", account, confirmed).Scalar<byte[]>();
        if (box is null || Totp.StepOf(secrets.Open(Row(account), box), Plain(code), clock.GetUtcNow()) is not { } step) return false;
        return await work.Command(
            """
            UPDATE users.authenticators SET last_step = $2, confirmed_at = coalesce(confirmed_at, greatest($3, created_at))
            WHERE account = $1 AND (confirmed_at IS NOT NULL) = $4 AND (last_step IS NULL OR last_step < $2)
            """, account, step, clock.GetUtcNow(), confirmed).Execute() == 1;
    }

    // People write codes in groups.
    private static string Plain(string code) => string.Concat(code.Where(c => c is not (' ' or '-'))).ToUpperInvariant();

    private static byte[] HashOf(Guid account, string code) => SHA256.HashData(Encoding.UTF8.GetBytes($"{account}/{code}"));

    private static string Row(Guid account) => $"users.authenticators.seed/{account}";
}

internal enum FactorKind
{
    Code,
    Recovery,
}
