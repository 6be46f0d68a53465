using System.Globalization;
using ProcessPool.Platform;

namespace ProcessPool.Worker.Items;

/// <summary>
/// What a function finds around it on the thread that runs items: the execution context (and in it the cultures and all values of
/// <see cref="AsyncLocal{T}"/>), the current directory, and the thread's name, priority and synchronization context. Each item gets
/// it as the initializer left it and its call wants it, whatever the items before have changed.
/// </summary>
internal sealed class AmbientState
{
    private ExecutionContext _base = ExecutionContext.Capture() ?? throw new InvalidOperationException("The thread of a worker suppresses the flow of its context.");
    private ExecutionContext _expected;
    private CultureInfo? _culture;
    private CultureInfo? _uiCulture;
    private string? _directory;
    private string? _threadName = Thread.CurrentThread.Name;
    private ThreadPriority _priority = Thread.CurrentThread.Priority;
    private SynchronizationContext? _synchronization = SynchronizationContext.Current;
    private (CultureInfo? Culture, CultureInfo? UICulture) _ofNewThreads;

    /// <summary>What the initializer has set and calls do not change.</summary>
    private bool _keepsCulture, _keepsUICulture, _keepsDirectory;

    public AmbientState() => _expected = _base;

    /// <summary>The call whose surroundings these are.</summary>
    public WorkerCall? Call { get; private set; }

    /// <summary>Enters the cultures and the directory of a call.</summary>
    public void Enter(WorkerCall call)
    {
        Call = null;
        ExecutionContext.Restore(_base);
        if (!_keepsCulture) CultureInfo.CurrentCulture = call.Culture.ToCulture();
        if (!_keepsUICulture) CultureInfo.CurrentUICulture = call.UICulture.ToCulture();
        (_culture, _uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        _expected = ExecutionContext.Capture()!;
        if (WorkerHost.IsWorker)
        {
            // Threads that an item starts have the culture of its caller, as they would have in the loop.
            if (!_keepsCulture) CultureInfo.DefaultThreadCurrentCulture = _culture;
            if (!_keepsUICulture) CultureInfo.DefaultThreadCurrentUICulture = _uiCulture;
            _ofNewThreads = (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture);
            if (!_keepsDirectory) _directory = call.Directory;
            EnterDirectory();
        }

        Call = call;
    }

    /// <summary>The initializer has run. What it has changed stays.</summary>
    public void KeepChanges()
    {
        _keepsCulture = CultureInfo.CurrentCulture != _culture || !ReferenceEquals(CultureInfo.DefaultThreadCurrentCulture, _ofNewThreads.Culture);
        _keepsUICulture = CultureInfo.CurrentUICulture != _uiCulture || !ReferenceEquals(CultureInfo.DefaultThreadCurrentUICulture, _ofNewThreads.UICulture);
        if (WorkerHost.IsWorker && CurrentDirectory.OrNull is var directory && directory != _directory) (_keepsDirectory, _directory) = (true, directory);

        // Or an item could change the settings of the culture for the items after it.
        CultureInfo.CurrentCulture = CultureInfo.ReadOnly(CultureInfo.CurrentCulture);
        CultureInfo.CurrentUICulture = CultureInfo.ReadOnly(CultureInfo.CurrentUICulture);
        _base = ExecutionContext.Capture() ?? _base;
        (_threadName, _priority) = (Thread.CurrentThread.Name, Thread.CurrentThread.Priority);
        _synchronization = SynchronizationContext.Current;
        Call = null;
    }

    /// <summary>
    /// Undoes what an item has left behind, except for the directory: comparing these takes some nanoseconds, and asking for the
    /// directory a system call.
    /// </summary>
    public void Restore()
    {
        // The culture is in the context, so this one comparison is enough for it, too.
        if (ExecutionContext.Capture() != _expected) ExecutionContext.Restore(_expected);
        if (SynchronizationContext.Current != _synchronization) SynchronizationContext.SetSynchronizationContext(_synchronization);
        var thread = Thread.CurrentThread;
        if (!ReferenceEquals(thread.Name, _threadName)) thread.Name = _threadName;
        if (thread.Priority != _priority) thread.Priority = _priority;
        if (!WorkerHost.IsWorker) return;
        if (!ReferenceEquals(CultureInfo.DefaultThreadCurrentCulture, _ofNewThreads.Culture)) CultureInfo.DefaultThreadCurrentCulture = _ofNewThreads.Culture;
        if (!ReferenceEquals(CultureInfo.DefaultThreadCurrentUICulture, _ofNewThreads.UICulture)) CultureInfo.DefaultThreadCurrentUICulture = _ofNewThreads.UICulture;
    }

    /// <summary>Enters the directory of the call again, if an item has left it.</summary>
    /// <exception cref="IOException">The directory cannot be entered any more.</exception>
    public void EnterDirectory()
    {
        if (WorkerHost.IsWorker && _directory is { } directory && directory != CurrentDirectory.OrNull) Environment.CurrentDirectory = directory;
    }
}
