using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Bench;

/// <summary>
/// One kept-alive connection that sends bytes made before and reads the answer to its end: the cheapest client that still checks
/// status and length, because it shares the cores with what it measures.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];
    private int filled, head;

    private HttpConnection()
    {
    }

    public static async Task<HttpConnection> Open(int port)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <returns>The status.</returns>
    public async ValueTask<int> Send(byte[] request)
    {
        await socket.SendAsync(request);
        filled = 0;
        while (true)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0) throw new IOException("The server closed the connection.");
            filled += read;
            if (Whole()) return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
        }
    }

    /// <summary>Of the last answer, chunks put together.</summary>
    public string Body()
    {
        var headers = Encoding.ASCII.GetString(buffer, 0, head);
        if (!headers.Contains("chunked", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8.GetString(buffer, head, filled - head);
        using var body = new MemoryStream();
        for (var at = head; ;)
        {
            var end = at + buffer.AsSpan(at).IndexOf("\r\n"u8);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(buffer, at, end - at), 16);
            if (size == 0) return Encoding.UTF8.GetString(body.ToArray());
            body.Write(buffer, end + 2, size);
            at = end + 2 + size + 2;
        }
    }

    public void Dispose() => socket.Dispose();

    private bool Whole()
    {
        var answer = buffer.AsSpan(0, filled);
        head = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4) return false;
        var headers = answer[..head];
        var length = headers.IndexOf("Content-Length: "u8);
        if (length < 0) return headers.IndexOf("chunked"u8) < 0 || answer.EndsWith("0\r\n\r\n"u8);
        var digits = headers[(length + 16)..];
        _ = System.Buffers.Text.Utf8Parser.TryParse(digits, out int size, out _);
        return filled >= head + size;
    }
}
