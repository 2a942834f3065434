namespace Marketplace.Ui;

/// <summary>Names the resource file of this module's phrases; the English phrase is the key.</summary>
internal sealed class Texts;
