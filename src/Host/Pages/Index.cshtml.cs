using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Host.Pages;

[AllowAnonymous]
internal sealed class IndexPage : PageModel;
