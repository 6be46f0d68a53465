namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>The tests of CPython that have no counterpart here, and why.</summary>
internal static class Skipped
{
    private const string Threads = "It tests the pool of threads; .NET has its own, which is used as it is.";
    private const string Twin = "It tests the pool of threads; the test of the same name of the pool of processes is here.";

    public static IReadOnlyList<Account> All { get; } =
    [
        Skip("TestSyncManagerTypes", "test_pool", "There are no managers, processes that hold objects for others."),
        Skip("ThreadedImportTests", "test_multiprocessing_pool_circular_import", "It tests the lock of Python's import; .NET loads a type in each process by itself, without a lock on all."),
        Skip("ProcessPoolExecutorTest", "test_sysconf_permission_error", "It replaces a call to the system that asks for the number of semaphores, of which this pool has none."),
        Skip("ProcessPoolExecutorTest", "test_max_tasks_per_child_defaults_to_spawn_context", "There is one way to start a worker; it is never forked."),
        Skip("ThreadPoolShutdownTest", "test_threads_terminate", "It tests the pool of threads; test_processes_terminate is here."),
        Skip("ThreadPoolShutdownTest", "test_context_manager_shutdown", Twin),
        Skip("ThreadPoolShutdownTest", "test_del_shutdown", Twin),
        Skip("ThreadPoolShutdownTest", "test_shutdown_no_wait", Twin),
        Skip("ThreadPoolShutdownTest", "test_thread_names_assigned", Threads),
        Skip("ThreadPoolShutdownTest", "test_thread_names_default", Threads),
    ];

    private static Account Skip(string @class, string test, string why) => new(@class, test, Fate.Skipped, why);
}
