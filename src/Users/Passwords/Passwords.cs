using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>
/// Identity's hasher (PBKDF2-SHA512) behind a gate: a hash is made to be slow, and a storm of sign-ins must not take the processor
/// from everybody else. Called while no transaction is open.
/// </summary>
internal sealed class Passwords(IPasswordHasher<Account> hasher) : IDisposable
{
    public const int LeastIterations = 210_000;

    private readonly SemaphoreSlim gate = new(Environment.ProcessorCount * 2);
    private readonly Lazy<string> standIn = new(() => hasher.HashPassword(null!, "nobody has this password"));

    public Task<string> Hash(string password) => InTurn(() => hasher.HashPassword(null!, password));

    /// <summary>The same work for an account that does not exist, so that the time tells nothing.</summary>
    public Task<PasswordVerificationResult> Verify(string? hash, string password) => InTurn(() =>
    {
        var nobody = standIn.Value;
        var result = hasher.VerifyHashedPassword(null!, hash ?? nobody, password);
        return hash is null ? PasswordVerificationResult.Failed : result;
    });

    public void Dispose() => gate.Dispose();

    private async Task<T> InTurn<T>(Func<T> work)
    {
        await gate.WaitAsync();
        try
        {
            // On a thread of its own: the pool's few serve everybody else meanwhile.
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            gate.Release();
        }
    }
}
