Feature: Being signed in

  Scenario: Tokens are exchanged for new ones before they expire
    Given Trinity is signed in
    When Trinity exchanges her refresh token
    Then Trinity is still signed in
    And the spent refresh token is refused, and nothing changes

  Scenario: Who signs out is signed out at once
    Given Trinity is signed in
    When Trinity signs out
    Then nobody is signed in by the tokens of Trinity
    And Trinity can sign in with her password

  Scenario: Who signs out everywhere is signed out at home, too
    Given Trinity is signed in
    And Trinity is signed in at home
    When Trinity signs out everywhere
    Then nobody is signed in by the tokens of Trinity
    And nobody is signed in by the tokens that Trinity has at home

  Scenario: Another password ends all sessions but the present one
    Given Trinity is signed in
    And Trinity is signed in at home
    When Trinity changes her password
    Then Trinity is still signed in
    And nobody is signed in by the tokens that Trinity has at home
    And Trinity gets the mail "Your password was changed"

  Scenario: A forgotten password is replaced by the link in a mail, once
    Given Trinity is signed in
    When Trinity has forgotten her password
    And Trinity chooses a new one by the link in the mail "Choose a new password"
    Then nobody is signed in by the tokens of Trinity
    And Trinity can sign in with her password
    And the old password is refused
    And the link cannot be used again
    And Trinity gets the mail "Your password was changed"
