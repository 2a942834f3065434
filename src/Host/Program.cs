using Marketplace.Host;

return args switch
{
    ["check", .. var rest] => await Commands.Check(rest),
    ["owner", var email, .. var rest] => await Commands.MakeOwner(email, rest),
    _ => await Commands.Run(args),
};
