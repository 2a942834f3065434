namespace Marketplace.Notifications;

/// <summary>Names the module's texts: English phrases are the keys, <c>Texts.fr.resx</c> beside this file has the French.</summary>
public sealed class Texts;
