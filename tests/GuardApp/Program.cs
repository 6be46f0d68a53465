using GuardApp;

// Counts what calls cost and prints one figure per line, "name value": GuardApp COMMAND.
switch (args[0])
{
    case "allocations":
        await Allocations.CountAsync();
        return 0;

    case "system-calls":
        await SystemCalls.CountAsync();
        return 0;

    case "compiled-methods":
        await CompiledMethods.CountAsync();
        return 0;

    case "wire-bytes":
        await WireBytes.CountAsync();
        return 0;

    default:
        return 64;
}
