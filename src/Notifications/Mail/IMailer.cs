namespace Marketplace.Notifications;

/// <summary>A mail, written: for one person, ready to go.</summary>
/// <param name="Id">Becomes its Message-ID: the same mail sent again is the same message.</param>
/// <param name="Unsubscribe">Absolute; null for what nobody turns off.</param>
internal sealed record Letter(Guid Id, string To, string ToName, string Language, string Subject, string Plain, string Html, string? Unsubscribe);

/// <summary>The way out. Called outside any transaction; an exception other than <see cref="MailRefused"/> means: try again later.</summary>
internal interface IMailer
{
    Task Send(Letter letter, CancellationToken stop);
}

/// <summary>The receiving side will never take it; another try would be refused, too.</summary>
internal sealed class MailRefused(string message, Exception inner) : Exception(message, inner);
