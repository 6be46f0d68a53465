Imports System.IO
Imports System.Threading
Imports NUnit.Framework
Imports ProcessPool

''' <summary>Closures of Visual Basic have other names than those of C#, and are known by them.</summary>
<TestFixture>
Public Class Functions_of_Visual_Basic

    Private ReadOnly _pool As New Pool(2)
    Private ReadOnly _offset As Integer = 100
    Private ReadOnly _log As New StringWriter()

    Private Shared ReadOnly Numbers As Integer() = {1, 2, 3}

    Private Structure Pair
        Public First As Integer
        Public Second As String
    End Structure

    <OneTimeTearDown>
    Public Sub EndOfPool()
        _pool.Dispose()
    End Sub

    <Test>
    Public Sub Lambdas_that_capture_nothing()
        Assert.That(_pool.Map(Function(x As Integer) x * 2, Numbers), [Is].EqualTo({2, 4, 6}))
    End Sub

    <Test>
    Public Sub Lambdas_with_variables()
        Dim factor = 10
        Dim names = New Dictionary(Of Integer, String) From {{1, "one"}, {2, "two"}, {3, "three"}}
        Assert.That(_pool.Map(Function(x As Integer) names(x) & (x * factor).ToString(), Numbers), [Is].EqualTo({"one10", "two20", "three30"}))
    End Sub

    <Test>
    Public Sub Lambdas_send_only_the_variables_that_they_read()
        Dim log = New StringWriter()
        Dim factor = 10
        Dim write = Sub() log.Write(factor)
        Assert.That(_pool.Map(Function(x As Integer) x * factor, Numbers), [Is].EqualTo({10, 20, 30}))
        write()
    End Sub

    ''' <summary>The object has a pool and a log, which cannot be sent.</summary>
    <Test>
    Public Sub Lambdas_send_only_the_fields_of_Me_that_they_read()
        Assert.That(_pool.Map(Function(x As Integer) x + _offset, Numbers), [Is].EqualTo({101, 102, 103}))
        Dim factor = 10
        Assert.That(_pool.Map(Function(x As Integer) x * factor + _offset, Numbers), [Is].EqualTo({110, 120, 130}))
    End Sub

    <Test>
    Public Sub Lambdas_in_loops_with_variables_of_several_blocks()
        Dim factor = 10
        For Each n In Numbers
            Dim inner = n
            Assert.That(_pool.Map(Function(x As Integer) x * factor + inner + _offset, Numbers), [Is].EqualTo({110 + n, 120 + n, 130 + n}))
        Next
    End Sub

    <Test>
    Public Sub Lambdas_of_several_lines_that_call_others()
        Dim factor = 10
        Dim inner = Function(x As Integer) x * factor
        Dim outer = Function(x As Integer) As String
                        Dim parts As New List(Of String)
                        For i = 1 To x
                            parts.Add(inner(i).ToString())
                        Next
                        Return String.Join(",", parts)
                    End Function
        Assert.That(_pool.Map(outer, Numbers), [Is].EqualTo({"10", "10,20", "10,20,30"}))
    End Sub

    <Test>
    Public Sub Methods_by_their_address()
        Assert.That(_pool.Map(Of Integer, Integer)(AddressOf Twice, Numbers), [Is].EqualTo({2, 4, 6}))
    End Sub

    <Test>
    Public Sub Async_lambdas()
        Dim factor = 10
        Dim work = Async Function(x As Integer) As Task(Of Integer)
                       Await Task.Delay(1)
                       Return x * factor + _offset
                   End Function
        Assert.That(_pool.Map(work, Numbers), [Is].EqualTo({110, 120, 130}))
    End Sub

    <Test>
    Public Sub Iterators_as_their_elements()
        Dim factor = 10
        Dim count = Iterator Function(x As Integer) As IEnumerable(Of Integer)
                        For i = 1 To x
                            Yield i * factor
                        Next
                    End Function
        Assert.That(_pool.Map(count, Numbers)(2), [Is].EqualTo({10, 20, 30}))
    End Sub

    <Test>
    Public Sub Values_of_Visual_Basic()
        Dim pair As New Pair With {.First = 1, .Second = "a"}
        Assert.That(_pool.Map(Function(one As Pair) one, {pair})(0), [Is].EqualTo(pair))
        Dim anonymous = New With {Key .Name = "a", .Size = 3}
        Assert.That(_pool.Apply(Function() anonymous.Name & anonymous.Size.ToString()), [Is].EqualTo("a3"))
        Dim nothingYet As Integer? = Nothing
        Assert.That(_pool.Apply(Function() nothingYet.HasValue), [Is].False)
        Dim day = #2/29/2024#
        Assert.That(_pool.Apply(Function() day), [Is].EqualTo(day))
    End Sub

    <Test>
    Public Sub What_cannot_be_captured_is_named_as_in_the_source()
        Dim log = New StringWriter()
        Dim e = Assert.Throws(Of ValueException)(Sub() _pool.Map(Function(x As Integer) log.ToString() & x.ToString(), Numbers))
        Assert.That(e.Message, Does.StartWith("captured variable 'log' (System.IO.StringWriter): cannot be sent to another process"))
    End Sub

    <Test>
    Public Sub A_field_of_Me_that_cannot_be_captured_is_named()
        Dim e = Assert.Throws(Of ValueException)(Sub() _pool.Map(Function(x As Integer) _log.ToString() & x.ToString(), Numbers))
        Assert.That(e.Message, Does.StartWith("this (Functions_of_Visual_Basic)._log (System.IO.StringWriter): cannot be sent to another process"))
    End Sub

    Private Shared Function Twice(x As Integer) As Integer
        Return x * 2
    End Function

End Class
