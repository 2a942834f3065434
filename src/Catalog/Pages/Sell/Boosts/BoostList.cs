using Marketplace.Kernel;
using Marketplace.Ui;

namespace Marketplace.Catalog.Pages;

/// <summary>Boosts with the choice of a state above them: one's own, or for staff everybody's.</summary>
/// <param name="Path">Of the page; a boost is one step below it.</param>
/// <param name="State">The one that is shown; null: all.</param>
internal sealed record BoostList(string Path, string? State, Page<BoostLine> Boosts, EmptyModel Empty);
