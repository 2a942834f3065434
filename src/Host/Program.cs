using Marketplace.Host;

var builder = WebApplication.CreateBuilder(args);
var app = await MarketHost.Build(builder);
await app.RunAsync();
