using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Kernel;

/// <summary>
/// Encryption at rest for what the market must be able to read again (provider credentials, TOTP seeds, its own key ring).
/// Each secret has a data key of its own, wrapped by the master key; the identity of its row is associated data, so that a
/// ciphertext moved to another row does not open.
/// </summary>
public sealed class Secrets
{
    private const byte Version = 1;
    private const int KeySize = 32, NonceSize = 12, TagSize = 16, WrappedSize = NonceSize + KeySize + TagSize;

    private readonly byte[] master;

    /// <param name="masterKey">32 bytes, base64.</param>
    /// <exception cref="InvalidOperationException">Missing or of another length: the host must not start.</exception>
    public Secrets(string masterKey)
    {
        var key = new byte[KeySize];
        if (!Convert.TryFromBase64String(masterKey, key, out var length) || length != KeySize)
            throw new InvalidOperationException("Marketplace:MasterKey must be 32 random bytes in base64 (openssl rand -base64 32).");
        master = key;
    }

    /// <param name="row">Table, column and id: <c>users.totp_seeds/3f…</c>.</param>
    public byte[] Seal(string row, ReadOnlySpan<byte> plain)
    {
        var dataKey = RandomNumberGenerator.GetBytes(KeySize);
        return [Version, .. Encrypt(master, dataKey, row), .. Encrypt(dataKey, plain, row)];
    }

    /// <exception cref="CryptographicException">Another row's, another key's, or altered.</exception>
    public byte[] Open(string row, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < 1 + WrappedSize + NonceSize + TagSize || sealedBytes[0] != Version)
            throw new CryptographicException("Not a sealed secret.");
        var dataKey = Decrypt(master, sealedBytes[1..(1 + WrappedSize)], row);
        return Decrypt(dataKey, sealedBytes[(1 + WrappedSize)..], row);
    }

    /// <summary>
    /// 32 bytes that only this market can make, always the same for the same thing: for a link that need not be stored. The master key
    /// behind them is never used for two purposes.
    /// </summary>
    /// <param name="thing">Purpose and id: <c>orders.receipt/3f…</c>.</param>
    public byte[] Mark(string thing) => HMACSHA256.HashData(HMACSHA256.HashData(master, "mark"u8), Encoding.UTF8.GetBytes(thing));

    private static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plain, string row)
    {
        var result = new byte[NonceSize + plain.Length + TagSize];
        var nonce = result.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceSize, plain.Length), result.AsSpan(NonceSize + plain.Length), Encoding.UTF8.GetBytes(row));
        return result;
    }

    private static byte[] Decrypt(byte[] key, ReadOnlySpan<byte> box, string row)
    {
        var plain = new byte[box.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], plain, Encoding.UTF8.GetBytes(row));
        return plain;
    }
}
