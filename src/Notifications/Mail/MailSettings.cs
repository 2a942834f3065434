using System.Net;
using System.Net.Mail;
using Marketplace.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Notifications;

/// <summary>Which way mails leave this host.</summary>
internal enum MailWay
{
    Smtp,

    /// <summary>No server in development: <c>/dev/mailbox</c> shows them.</summary>
    Mailbox,

    /// <summary>No server elsewhere: they wait in the queue, and <c>/admin/mail</c> says so.</summary>
    None,
}

/// <summary>What the configuration says about mail, checked at the start.</summary>
internal sealed class MailSettings
{
    private readonly PublicAddress address;

    /// <exception cref="InvalidOperationException">It says what is missing or unsafe.</exception>
    public MailSettings(IConfiguration configuration, IHostEnvironment environment, PublicAddress address)
    {
        this.address = address;
        Host = configuration["Mail:Smtp:Host"] is { Length: > 0 } host ? host : null;
        Port = configuration.GetValue("Mail:Smtp:Port", 587);
        StartTls = configuration.GetValue("Mail:Smtp:StartTls", true);
        Timeout = TimeSpan.FromSeconds(configuration.GetValue("Mail:Smtp:TimeoutSeconds", 30));
        User = configuration["Mail:Smtp:User"];
        Password = configuration["Mail:Smtp:Password"];
        Way = Host is not null ? MailWay.Smtp : environment.IsDevelopment() ? MailWay.Mailbox : MailWay.None;
        From = MailAddress.TryCreate(configuration["Mail:Smtp:From"] ?? "Marketplace <market@localhost>", out var from)
            ? from : throw new InvalidOperationException("Mail__Smtp__From is no address. Write it like: Marketplace <post@market.example>");

        if (Way != MailWay.Smtp) return;
        if (configuration["Mail:Smtp:From"] is null) throw new InvalidOperationException("Set Mail__Smtp__From: the address that mails come from.");
        if (!address.IsGiven && !environment.IsDevelopment()) throw new InvalidOperationException("Set Host__PublicUrl: links in mails need the address that people see, like https://market.example.");
        if (User is not null && !StartTls && !IsLoopback(Host!)) throw new InvalidOperationException("Mail__Smtp__StartTls is off: the password would cross the network in clear.");
    }

    public MailWay Way { get; }

    public string? Host { get; }

    public int Port { get; }

    public bool StartTls { get; }

    public string? User { get; }

    public string? Password { get; }

    public MailAddress From { get; }

    /// <summary>After so long a server that does not answer counts as one that is not there.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>A page of this market as an address that works in a mail.</summary>
    public string Absolute(string path) => address.Of(path);

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
