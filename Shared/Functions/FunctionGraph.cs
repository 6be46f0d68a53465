using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>
/// Everything that is sent with a function, except its values: the objects it runs in (closures and <c>this</c>) and the
/// functions found in them. Each appears once, so shared objects stay shared.
/// </summary>
internal sealed class FunctionGraph
{
    private readonly CaptureReads _reads = new();
    private readonly Dictionary<object, int> _environmentNumbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, int> _functionNumbers = new(ReferenceEqualityComparer.Instance);
    private readonly UserFormatters _users;
    private bool _grown;

    /// <param name="function">The function to send.</param>
    /// <param name="users">The users' formatters; an object of a type they cover is a value, not an environment.</param>
    /// <exception cref="FunctionException">The function has no counterpart in another process.</exception>
    /// <exception cref="ValueException">A captured function has no counterpart in another process.</exception>
    public FunctionGraph(Delegate function, UserFormatters users)
    {
        _users = users;
        Root = Add(function);

        // A function found late may read more fields of an object that was already followed, which can lead to further objects.
        do
        {
            _grown = false;
            for (var i = 0; i < Environments.Count; i++) Follow(Environments[i]);
        }
        while (_grown);
    }

    public List<object> Environments { get; } = [];

    /// <summary>All functions. A function that is another function's target comes before it.</summary>
    public List<Delegate> Functions { get; } = [];

    /// <summary>The number of the function to send.</summary>
    public int Root { get; }

    public int NumberOf(Delegate function) => _functionNumbers[function];

    public int NumberOf(object environment) => _environmentNumbers[environment];

    /// <summary>The indexes of the type's fields that any function reads.</summary>
    public List<int> FieldsOf(EnvironmentType type)
    {
        var fields = new List<int>();
        var all = type.IsReadWhole || _reads.ContainsAllOf(type.Type);
        for (var i = 0; i < type.Fields.Length; i++)
        {
            if (all || _reads.Contains(type.Fields[i].Key)) fields.Add(i);
        }

        return fields;
    }

    private int Add(Delegate function)
    {
        if (_functionNumbers.TryGetValue(function, out var number)) return number;
        FunctionRefusal.Check(function);
        if (function.Target is Delegate inner) Add(inner);
        else if (function.Target is { } target && EnvironmentType.Includes(target.GetType(), _users) && !function.Method.IsStatic) Add(target);
        _grown |= _reads.Add(CaptureAnalysis.Of(function.Method));
        number = Functions.Count;
        Functions.Add(function);
        _functionNumbers.Add(function, number);
        return number;
    }

    private void Add(object environment)
    {
        if (!_environmentNumbers.TryAdd(environment, Environments.Count)) return;
        if (EnvironmentType.Of(environment.GetType()).IsReadWhole) FSharpMain.Check(environment.GetType());
        Environments.Add(environment);
        _grown = true;
    }

    private void Follow(object environment)
    {
        var type = EnvironmentType.Of(environment.GetType());
        foreach (var index in FieldsOf(type))
        {
            var field = type.Fields[index];
            var kind = field.KindAmong(_users);
            if (kind is not (CaptureKind.Environment or CaptureKind.Function)) continue;
            var content = field.Info.GetValue(environment);
            if (content is null) continue;
            if (kind == CaptureKind.Environment) Add(content);
            else AddCaptured((Delegate)content, type, field);
        }
    }

    private void AddCaptured(Delegate function, EnvironmentType type, EnvironmentField field)
    {
        try
        {
            Add(function);
        }
        catch (FunctionException e)
        {
            throw new ValueException(CaptureError.Name(type, field), function.GetType(), e.Message, e);
        }
    }
}
