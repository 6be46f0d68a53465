using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>A delegate as data: which method, and what it reads of the values it captured.</summary>
/// <remarks>
/// function = [environments, functions, root, contents]; environment = [type, assembly of an inherited field…];
/// function of the table = [delegate type, method, target]; target = nil | environment's number | -1 - function's number |
/// boolean (a cancellation token: whether it can be cancelled) | [type, value]; contents = for each environment a map from
/// field numbers to values.
/// </remarks>
internal readonly struct FunctionWriter
{
    private readonly MessagePackWriter _writer;
    private readonly IdentityWriter _identities;
    private readonly FormatterResolver _formatters;
    private readonly FunctionGraph _graph;

    static FunctionWriter() => FunctionFormatters.Register();

    private FunctionWriter(MessagePackWriter writer, Delegate function, FormatterResolver formatters)
    {
        _writer = writer;
        _identities = new IdentityWriter(writer);
        _formatters = formatters;
        _graph = new FunctionGraph(function, formatters.Users);
    }

    /// <summary>Writes a function; if it throws, nothing is written.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="function">The function.</param>
    /// <param name="formatters">Those of what it captured.</param>
    /// <exception cref="FunctionException">The function itself has no counterpart in another process.</exception>
    /// <exception cref="ValueException">Something it captured cannot be sent there.</exception>
    public static void Write(MessagePackWriter writer, Delegate function, FormatterResolver formatters)
    {
        HotReload.ThrowIfUpdated();
        var mark = writer.GetMark();
        try
        {
            new FunctionWriter(writer, function, formatters).Write();
        }
        catch
        {
            writer.Rewind(mark);
            throw;
        }
    }

    private void Write()
    {
        _writer.WriteArrayHeader(4);
        _writer.WriteArrayHeader(_graph.Environments.Count);
        foreach (var environment in _graph.Environments) WriteType(EnvironmentType.Of(environment.GetType()));
        _writer.WriteArrayHeader(_graph.Functions.Count);
        foreach (var function in _graph.Functions) WriteFunction(function);
        _writer.Write(_graph.Root);
        _writer.WriteArrayHeader(_graph.Environments.Count);
        foreach (var environment in _graph.Environments) WriteContent(environment);
    }

    /// <summary>The assemblies of base classes too, so that the reader sees that their fields are those meant.</summary>
    private void WriteType(EnvironmentType type)
    {
        var fields = _graph.FieldsOf(type);
        var module = type.Type.Module;
        var modules = new List<System.Reflection.Module>();
        foreach (var index in fields)
        {
            var declaring = type.Fields[index].Info.DeclaringType!;
            if (!type.IsClosure && FrameworkAssemblies.Contains(declaring)) throw CaptureError.Inherits(type.Type, declaring);
            if (declaring.Module != module && !modules.Contains(declaring.Module)) modules.Add(declaring.Module);
        }

        _writer.WriteArrayHeader(1 + modules.Count);
        _identities.Write(type.Type);
        foreach (var other in modules) _identities.Write(other.Assembly);
    }

    private void WriteFunction(Delegate function)
    {
        _writer.WriteArrayHeader(3);
        _identities.Write(function.GetType());
        _identities.Write(function.Method);
        WriteTarget(function);
    }

    private void WriteTarget(Delegate function)
    {
        var target = function.Target;
        var method = function.Method;
        switch (target)
        {
            case null:
                _writer.WriteNil();
                break;
            case Delegate inner:
                _writer.Write(-1 - _graph.NumberOf(inner));
                break;
            case CancellationToken token:
                _writer.Write(token.CanBeCanceled);
                break;
            case var _ when !method.IsStatic && EnvironmentType.Includes(target.GetType(), _formatters.Users):
                _writer.Write(_graph.NumberOf(target));
                break;
            default:
                WriteTargetValue(method, target);
                break;
        }
    }

    private void WriteTargetValue(System.Reflection.MethodInfo method, object target)
    {
        // A method's object is of its own class, whatever class the method comes from; an argument is what it is declared as.
        var type = method.IsStatic ? method.GetParameters()[0].ParameterType : target.GetType();
        _writer.WriteArrayHeader(2);
        _identities.Write(type);
        try
        {
            _formatters.Get(type).WriteObject(_writer, target);
        }
        catch (ValueException e)
        {
            throw CaptureError.OfTarget(method, e);
        }
    }

    private void WriteContent(object environment)
    {
        var type = EnvironmentType.Of(environment.GetType());
        var fields = _graph.FieldsOf(type);
        _writer.WriteMapHeader(fields.Count);
        foreach (var index in fields)
        {
            _writer.Write(index);
            WriteField(type, type.Fields[index], environment);
        }
    }

    private void WriteField(EnvironmentType type, EnvironmentField field, object environment)
    {
        var content = field.Info.GetValue(environment);
        if (content is null)
        {
            _writer.WriteNil();
            return;
        }

        switch (field.KindAmong(_formatters.Users))
        {
            case CaptureKind.Environment:
                _writer.Write(_graph.NumberOf(content));
                break;
            case CaptureKind.Function:
                _writer.Write(_graph.NumberOf((Delegate)content));
                break;
            case CaptureKind.CancellationToken:
                _writer.Write(((CancellationToken)content).CanBeCanceled);
                break;
            default:
                WriteValue(type, field, content);
                break;
        }
    }

    private void WriteValue(EnvironmentType type, EnvironmentField field, object content)
    {
        if (type.IsClosure && CaptureError.IsLock(content)) throw CaptureError.OfLock(type, field);
        try
        {
            _formatters.Get(field.Info.FieldType).WriteObject(_writer, content);
        }
        catch (ValueException e)
        {
            throw CaptureError.Of(type, field, content, e);
        }
    }
}
