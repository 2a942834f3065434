using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Marketplace.Tests.Notifications;

/// <summary>A mail server of a few lines, which misbehaves on demand.</summary>
internal sealed class SmtpSimulator : IDisposable
{
    /// <summary>In place of an answer: cuts the connection; says nothing more.</summary>
    public const string Drop = "DROP", Hang = "HANG";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly bool offersTls;

    public SmtpSimulator(bool offersTls = false)
    {
        this.offersTls = offersTls;
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The settings of a market that sends here.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["Mail:Smtp:Host"] = "127.0.0.1",
        ["Mail:Smtp:Port"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Mail:Smtp:StartTls"] = "false",
        ["Mail:Smtp:From"] = "Marketplace <post@market.example>",
        ["Mail:Smtp:TimeoutSeconds"] = "30",
        ["Host:PublicUrl"] = "https://market.example/",
    };

    /// <summary>What to say instead, given what the client said: "CONNECT", a command's line, or "." for the end of a message. Null: behave.</summary>
    public Func<string, string?> Misbehave { get; set; } = _ => null;

    /// <summary>All messages whose end has arrived, also those that were then refused or dropped.</summary>
    public ConcurrentQueue<Message> Messages { get; } = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public void Dispose()
    {
        ended.Cancel();
        listener.Stop();
        listener.Dispose();
        ended.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ended.Token);
                _ = Serve(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            Stream stream = new BufferedStream(client.GetStream(), 1 << 16);
            try
            {
                if (!await Say(stream, Misbehave("CONNECT") ?? "220 simulator")) return;
                var to = "";
                while (await Line(stream) is { } line)
                {
                    Said.Enqueue(line);
                    var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                    if (Misbehave(line) is { } instead)
                    {
                        if (!await Say(stream, instead)) return;
                        continue;
                    }

                    switch (verb)
                    {
                        case "EHLO":
                            await Say(stream, offersTls && stream is not SslStream ? "250-simulator\r\n250 STARTTLS" : "250-simulator\r\n250 AUTH LOGIN");
                            break;
                        case "STARTTLS":
                            await Say(stream, "220 go on");
                            var tls = new SslStream(client.GetStream());
                            await tls.AuthenticateAsServerAsync(Certificate());
                            stream = tls;
                            break;
                        case "AUTH":
                            await Say(stream, "334 UGFzc3dvcmQ6");
                            Said.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(await Line(stream) ?? "")));
                            await Say(stream, "235 welcome");
                            break;
                        case "RCPT":
                            to = line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
                            await Say(stream, "250 yes");
                            break;
                        case "DATA":
                            await Say(stream, "354 go on");
                            var text = new StringBuilder();
                            string? content;
                            while ((content = await Line(stream)) is not (null or ".")) text.Append(content.StartsWith("..", StringComparison.Ordinal) ? content[1..] : content).Append('\n');
                            if (content is null) return;    // cut off in the middle: that is no message
                            Messages.Enqueue(new Message(to, text.ToString()));
                            if (!await Say(stream, Misbehave(".") ?? "250 taken")) return;
                            break;
                        case "QUIT":
                            await Say(stream, "221 bye");
                            return;
                        default:
                            await Say(stream, "250 yes");
                            break;
                    }
                }
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client is gone.
            }
        }
    }

    private async Task<bool> Say(Stream stream, string words)
    {
        if (words == Drop) return false;
        if (words == Hang) await Task.Delay(Timeout.Infinite, ended.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(words + "\r\n"));
        await stream.FlushAsync();
        return !words.StartsWith("421", StringComparison.Ordinal);
    }

    private static async Task<string?> Line(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=somebody-else.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

/// <summary>A message as it arrived.</summary>
internal sealed record Message(string To, string Raw)
{
    public string Id => Header("Message-ID")!;

    /// <summary>Decoded; null when it is not there.</summary>
    public string? Header(string name)
    {
        var head = Raw.Split("\n\n", 2)[0].Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        var line = head.Split('\n').SingleOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line is null ? null : System.Text.RegularExpressions.Regex.Replace(
            System.Text.RegularExpressions.Regex.Replace(line[(name.Length + 1)..].Trim(), @"\?=\s+=\?", "?==?"),
            @"=\?utf-8\?([BQ])\?([^?]*)\?=",
            m => m.Groups[1].Value is "B" or "b" ? Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[2].Value)) : Quoted(m.Groups[2].Value.Replace('_', ' ')),
            System.Text.RegularExpressions.RegexOptions.IgnoreCase);
    }

    /// <summary>The content of the part of this type.</summary>
    public string Part(string type)
    {
        var at = Raw.IndexOf($"Content-Type: {type}", StringComparison.OrdinalIgnoreCase);
        at.ShouldBeGreaterThan(0, $"no part {type} in\n{Raw}");
        var part = Raw[at..].Split("\n\n", 2)[1];
        return Quoted(part.Split("\n--", 2)[0]);
    }

    private static string Quoted(string text)
    {
        var bytes = new List<byte>();
        text = text.Replace("=\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=') bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            else
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
