using ProcessPool.Coordinator.Commands;

return await CommandLine.RunAsync(args);
