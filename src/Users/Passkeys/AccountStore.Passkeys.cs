using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Marketplace.Users;

/// <summary>Passkeys, as Identity asks for them.</summary>
internal sealed partial class AccountStore : IUserPasskeyStore<Account>
{
    private const string Columns = "credential_id, public_key, created_at, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up, attestation_object, client_data_json, name";

    /// <summary>Adds it, or moves its counter on: a counter that does not grow is a copy's, and changes nothing.</summary>
    /// <exception cref="Refused">401 <c>passkey_refused</c>.</exception>
    public async Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var written = await work.Command(
            """
            INSERT INTO users.passkeys AS p (id, account, credential_id, public_key, name, transports, sign_count, is_user_verified, is_backup_eligible, is_backed_up, attestation_object, client_data_json, created_at)
            VALUES ($1, $2, $3, $4, $5, $6::text[], $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (credential_id) DO UPDATE
              SET sign_count = excluded.sign_count, is_user_verified = excluded.is_user_verified, is_backed_up = excluded.is_backed_up, last_used_at = greatest($14, p.created_at)
              WHERE p.account = excluded.account AND (p.sign_count < excluded.sign_count OR (p.sign_count = 0 AND excluded.sign_count = 0))
            """,
            Ids.New(clock), user.Id, passkey.CredentialId, passkey.PublicKey, passkey.Name ?? "Passkey", passkey.Transports, (long)passkey.SignCount, passkey.IsUserVerified,
            passkey.IsBackupEligible, passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientDataJson, clock.GetUtcNow(), clock.GetUtcNow()).Execute(cancellationToken);
        if (written == 0) throw PasskeyCeremony.NotAccepted();
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        await Ask($"SELECT {Columns} FROM users.passkeys WHERE account = $1 ORDER BY id", user.Id).List(Read, cancellationToken);

    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await Ask("SELECT account FROM users.passkeys WHERE credential_id = $1", credentialId).Scalar<Guid?>(cancellationToken) is { } id ? await FindByIdAsync(id.ToString(), cancellationToken) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await Ask($"SELECT {Columns} FROM users.passkeys WHERE account = $1 AND credential_id = $2", user.Id, credentialId).List(Read, cancellationToken)).SingleOrDefault();

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        work.Command("DELETE FROM users.passkeys WHERE account = $1 AND credential_id = $2", user.Id, credentialId).Execute(cancellationToken);

    private NpgsqlCommand Ask(string sql, params object?[] parameters) => work.IsOpen ? work.Command(sql, parameters) : source.Command(sql, parameters);

    private static UserPasskeyInfo Read(NpgsqlDataReader r) => new(
        r.GetFieldValue<byte[]>(0), r.GetFieldValue<byte[]>(1), r.GetFieldValue<DateTimeOffset>(2), (uint)r.GetInt64(3), r.IsDBNull(4) ? null : r.GetFieldValue<string[]>(4), r.GetBoolean(5),
        r.GetBoolean(6), r.GetBoolean(7), r.GetFieldValue<byte[]>(8), r.GetFieldValue<byte[]>(9)) { Name = r.GetString(10) };
}
