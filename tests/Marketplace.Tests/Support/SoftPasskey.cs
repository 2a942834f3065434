using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Tests;

/// <summary>An authenticator in a few lines: one ES256 passkey, as WebAuthn wants it. It does what it is told, also what a real one would not.</summary>
internal sealed class SoftPasskey(string domain = "localhost") : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(16);

    public string Origin { get; init; } = "http://localhost:5080";

    /// <summary>Fingerprint, face or PIN was given.</summary>
    public bool Verifies { get; set; } = true;

    public uint Count { get; set; }

    private string UserHandle { get; set; } = "";

    /// <summary><c>navigator.credentials.create()</c>.</summary>
    public string Create(JsonElement options)
    {
        UserHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data = [.. Data(0x40), .. new byte[16], 0, (byte)Id.Length, .. Id, .. cose];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Credential(new
        {
            clientDataJSON = Text(Client("webauthn.create", options)),
            attestationObject = Text(attestation),
            transports = new[] { "internal" },
        });
    }

    /// <summary><c>navigator.credentials.get()</c>.</summary>
    public string Get(JsonElement options)
    {
        Count++;
        var (data, client) = (Data(0), Client("webauthn.get", options));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new { clientDataJSON = Text(client), authenticatorData = Text(data), signature = Text(signature), userHandle = UserHandle });
    }

    public void Dispose() => key.Dispose();

    private byte[] Client(string type, JsonElement options) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false }));

    private byte[] Data(byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(flags | 0x01 | (Verifies ? 0x04 : 0)), .. count];
    }

    private string Credential(object response) => JsonSerializer.Serialize(new
    {
        id = Text(Id), rawId = Text(Id), type = "public-key", clientExtensionResults = new { }, authenticatorAttachment = "platform", response,
    });

    private static string Text(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);
}

internal static class SoftPasskeys
{
    /// <summary>Adds it by the page.</summary>
    public static async Task AddPasskey(this Person person, SoftPasskey passkey, string name = "Phone") => (await person.TryAddPasskey(passkey, name)).Must(302).Location.ShouldBe("/account/passkeys");

    public static async Task<Answer> TryAddPasskey(this Person person, SoftPasskey passkey, string name = "Phone")
    {
        var (challenge, options) = await Question(person.Visitor, "/account/passkeys/new");
        return await person.Visitor.Submit("/account/passkeys/new", "main form", new Dictionary<string, string?>(Answer(challenge, passkey.Create(options))) { ["Input.Name"] = name });
    }

    /// <summary>By the API.</summary>
    public static async Task<Answer> SignIn(this SoftPasskey passkey, Visitor visitor)
    {
        var asked = (await visitor.Post("/api/v1/passkey-challenges")).Must().Json;
        return await visitor.Post("/api/v1/sessions/passkey", new { challenge = asked.GetProperty("challenge").GetString(), credential = passkey.Get(asked.GetProperty("options")) });
    }

    /// <summary>What a page of a passkey asks.</summary>
    public static async Task<(string Challenge, JsonElement Options)> Question(Visitor visitor, string page)
    {
        var asked = (await visitor.Get(page + "?handler=Options")).Must().Json;
        return (asked.GetProperty("challenge").GetString()!, asked.GetProperty("options"));
    }

    public static Dictionary<string, string?> Answer(string challenge, string credential) => new() { ["Input.Challenge"] = challenge, ["Input.Credential"] = credential };
}
