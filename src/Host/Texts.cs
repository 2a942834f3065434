namespace Marketplace.Host;

/// <summary>Names the texts of the host's own pages: English phrases are the keys, <c>Texts.fr.resx</c> beside this file has the French.</summary>
public sealed class Texts;
